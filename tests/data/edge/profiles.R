# Profile intervals from glmmTMB and lme4, and the table they are of.
#
#   Rscript tests/data/edge/profiles.R tests/data/edge
#
# Made with R 4.2.2, glmmTMB 1.1.5, lme4 1.1-31. glmmTMB's parameters are log sd and log theta, lme4's sd.
suppressMessages({ library(glmmTMB); library(lme4); library(jsonlite) })
folder <- commandArgs(trailingOnly = TRUE)[1]

set.seed(20)
n <- 400
town <- rep(1:80, each = 5)
region <- (town - 1) %/% 5 + 1
x <- round(rnorm(n), 3)
z <- round(runif(n, 0, 4), 3)
exposure <- round(exp(rnorm(n, 5, 0.5)))
eta <- log(exposure) - 2.5 + 0.3 * x - 0.15 * z + rnorm(16, 0, 0.3)[region] + rnorm(80, 0, 0.25)[town]
poisson <- rpois(n, exp(eta))
nb2 <- rnbinom(n, size = 5, mu = exp(eta))
table <- data.frame(region = sprintf("r%02d", region), town = sprintf("t%02d", town), x, z, exposure, poisson, nb2)
write.csv(table, file.path(folder, "table.csv"), row.names = FALSE, quote = FALSE)

tight <- glmmTMBControl(optCtrl = list(rel.tol = 1e-14, x.tol = 1e-12, iter.max = 2000, eval.max = 3000))
fits <- list(
  poisson = glmmTMB(poisson ~ x + z + offset(log(exposure)) + (1 | region) + (1 | town), table, family = poisson(),
                    control = tight),
  nb2 = glmmTMB(nb2 ~ x + z + offset(log(exposure)) + (1 | region) + (1 | town), table, family = nbinom2(),
                control = tight))

# glmmTMB's own profile intervals: a spline through a few points.
spline_ends <- function(fit) {
  found <- confint(profile(fit, stepfac = 1 / 8))
  data.frame(parameter = rownames(found), low = found[, 1], high = found[, 2])
}

# The same ends as roots of the deviance of glmmTMB's likelihood, minimised over all other parameters by nlminb.
root_ends <- function(fit) {
  f <- fit$obj$fn; g <- fit$obj$gr
  best <- nlminb(fit$fit$par, f, g, control = list(rel.tol = 1e-15, x.tol = 1e-13))
  best <- nlminb(best$par, f, g, control = list(rel.tol = 1e-15, x.tol = 1e-13))
  errors <- sqrt(diag(solve(optimHess(best$par, f, g))))
  one <- function(j, side) {
    others <- best$par[-j]
    whole <- function(v, o) append(o, v, after = j - 1)
    excess <- function(v) {
      held <- nlminb(others, function(o) f(whole(v, o)), function(o) g(whole(v, o))[-j],
                     control = list(rel.tol = 1e-14, x.tol = 1e-12))
      others <<- held$par
      2 * (held$objective - best$objective) - qchisq(0.95, 1)
    }
    inner <- unname(best$par[j]); step <- side * 1.2 * errors[j]
    while (excess(inner + step) < 0) { inner <- inner + step }
    uniroot(excess, sort(c(inner, inner + step)), tol = 1e-9)$root
  }
  n <- length(best$par)
  data.frame(parameter = names(best$par), low = sapply(1:n, one, side = -1), high = sapply(1:n, one, side = 1))
}
glmmtmb <- lapply(fits, root_ends)
splines <- lapply(fits, function(fit) tryCatch(spline_ends(fit), error = function(e) NULL))

bobyqa <- glmerControl(optimizer = "bobyqa", tolPwrss = 1e-12,
                       optCtrl = list(rhobeg = 2e-2, rhoend = 2e-10, maxfun = 1e6))
lme <- glmer(poisson ~ x + z + offset(log(exposure)) + (1 | region) + (1 | town), table, family = poisson(),
             control = bobyqa)
found <- confint(profile(lme, devtol = 1e-6, delta = 0.05), oldNames = FALSE)
lme4 <- data.frame(parameter = rownames(found), low = found[, 1], high = found[, 2])

out <- list(
  made_with = list(R = as.character(getRversion()), glmmTMB = as.character(packageVersion("glmmTMB")),
                   lme4 = as.character(packageVersion("lme4"))),
  log_likelihood = list(poisson = as.numeric(logLik(fits$poisson)), nb2 = as.numeric(logLik(fits$nb2))),
  glmmTMB_poisson = glmmtmb$poisson, glmmTMB_nb2 = glmmtmb$nb2,
  glmmTMB_spline_poisson = splines$poisson, glmmTMB_spline_nb2 = splines$nb2, lme4_poisson = lme4)
write_json(out, file.path(folder, "profiles.json"), digits = 12, auto_unbox = TRUE, pretty = TRUE)
print(out)
