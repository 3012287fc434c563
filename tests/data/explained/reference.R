# Formulas of Nakagawa, Johnson & Schielzeth (2017) and of Leckie et al. (2020), written out in R on fits of glmmTMB.
# Rscript tests/data/explained/reference.R > tests/data/explained/reference.json   (writes data.csv beside it)
suppressMessages(library(glmmTMB))
here <- "tests/data/explained"
set.seed(20)
n <- 600
region <- rep(1:12, each = 50); town <- rep(1:60, each = 10)
x <- rnorm(n); z <- 0.5 * x + rnorm(n)
e <- round(exp(rnorm(n, log(200), 0.5)))
mu <- e * exp(log(0.06) + 0.4 * x - 0.2 * z + rnorm(12, 0, 0.3)[region] + rnorm(60, 0, 0.25)[town])
d <- data.frame(region = paste0("R", region), town = paste0("T", town), x = x, z = z, exposure = e,
                count = rnbinom(n, size = 6, mu = mu))
write.csv(format(d, digits = 17, trim = TRUE), file.path(here, "data.csv"), row.names = FALSE, quote = FALSE)
d <- read.csv(file.path(here, "data.csv"))
num <- function(v) paste(formatC(v, digits = 17, format = "g"), collapse = ", ")
for (family in c("poisson", "nbinom2")) {
  fit <- function(f) glmmTMB(f, d, family = family, offset = log(exposure),
                             control = glmmTMBControl(optCtrl = list(rel.tol = 1e-12, iter.max = 1e4, eval.max = 1e4)))
  full <- fit(count ~ x + z + (1 | region) + (1 | town))
  null <- fit(count ~ 1 + (1 | region) + (1 | town))
  v <- function(m) c(VarCorr(m)$cond$region[1], VarCorr(m)$cond$town[1])
  theta <- if (family == "poisson") Inf else sigma(full)
  fixed <- var(as.vector(model.matrix(full) %*% fixef(full)$cond))
  lambda <- mean(d$exposure) * exp(fixef(null)$cond[[1]] + 0.5 * sum(v(null)))
  rows <- c(trigamma = trigamma(1 / (1 / lambda + 1 / theta)), lognormal = log(1 + 1 / lambda + 1 / theta),
            delta = 1 / lambda + 1 / theta)
  r2 <- function(obs) c(fixed, fixed + sum(v(full))) / (fixed + sum(v(full)) + obs)
  m <- 12; u <- v(full)
  vpc <- m^2 * c(exp(u[1]) - 1, exp(u[1]) * (exp(u[2]) - 1), exp(sum(u)) / theta)
  share <- c(vpc, m) / (sum(vpc) + m)
  contribution <- sweep(model.matrix(full)[, -1], 2, fixef(full)$cond[-1], "*")
  importance <- rowSums(cov(contribution)) / sum(cov(contribution))
  drop <- function(f) as.numeric(2 * (logLik(full) - logLik(fit(f))))
  cat(sprintf('%s"%s": {"lambda": %s, "fixed": %s, "r2_trigamma": [%s], "r2_lognormal": [%s], "r2_delta": [%s],\n  "vpc_at_12": [%s], "explained": [%s], "importance": [%s], "deviance": [%s]}%s\n',
              if (family == "poisson") "{" else " ", family, num(lambda), num(fixed), num(r2(rows[1])), num(r2(rows[2])),
              num(r2(rows[3])), num(share), num(1 - v(full) / v(null)), num(importance),
              num(c(drop(count ~ z + (1 | region) + (1 | town)), drop(count ~ x + (1 | region) + (1 | town)))),
              if (family == "poisson") "," else ","))
}
cat(sprintf(' "trigamma": {"at": [%s], "is": [%s]}, "glmmTMB": "%s"}\n', num(c(0.03, 0.7, 2.5, 11.9, 60, 4000)),
            num(trigamma(c(0.03, 0.7, 2.5, 11.9, 60, 4000))), packageVersion("glmmTMB")))
