# Reference fits of panels by glmmTMB: nested areas with a crossed effect of years, and with a first-order
# autoregression inside areas. Run in this folder: Rscript make_fixtures.R
#
# tables: table.csv is simulated here (seed 20), so no publisher's figures are in it: 40 gemeenten in 8 regions, half-years
# numbered 1 to 14, six in a hundred rows left out, lower and upper bounds for counts below 10.
suppressMessages(library(glmmTMB))
set.seed(20)

n_region <- 8; n_gemeente <- 40; n_period <- 14
region_of <- rep(seq_len(n_region), each = n_gemeente / n_region)
b_region <- rnorm(n_region, 0, 0.15)
b_gemeente <- rnorm(n_gemeente, 0, 0.25)
b_period <- rnorm(n_period, 0, 0.10)
moving <- matrix(0, n_gemeente, n_period)
for (g in seq_len(n_gemeente)) {
  moving[g, ] <- as.numeric(stats::filter(c(rnorm(1, 0, 0.2), rnorm(n_period - 1, 0, 0.2 * sqrt(1 - 0.6^2))),
                                          0.6, method = "recursive"))
}
rows <- expand.grid(period = seq_len(n_period), gemeente = seq_len(n_gemeente))
rows$region <- region_of[rows$gemeente]
rows$x <- round(rnorm(nrow(rows)), 4)
rows$exposure <- round(exp(rnorm(n_gemeente, 5.2, 0.7)))[rows$gemeente]
eta <- -2.1 + 0.15 * rows$x + b_region[rows$region] + b_gemeente[rows$gemeente] + b_period[rows$period] +
  moving[cbind(rows$gemeente, rows$period)] + log(rows$exposure)
rows$y <- rnbinom(nrow(rows), size = 20, mu = exp(eta))
rows <- rows[runif(nrow(rows)) > 0.06, ]
rows$gemeente <- sprintf("G%02d", rows$gemeente)
rows$region <- sprintf("R%d", rows$region)
write.csv(rows[, c("region", "gemeente", "period", "x", "exposure", "y")], "table.csv", row.names = FALSE)

rows$year <- factor(rows$period)
rows$times <- numFactor(rows$period)
rows$half <- factor(rows$period, levels = seq_len(n_period))

control <- glmmTMBControl(optimizer = nlminb, optCtrl = list(iter.max = 5000, eval.max = 5000, rel.tol = 1e-14, x.tol = 1e-12))

# climbs on from where nlminb ends, so that estimates agree to more digits than its own tolerance gives
polish <- function(fit) {
  objective <- fit$obj
  best <- fit$fit$par
  for (again in 1:3) {
    h <- optimHess(best, objective$fn, objective$gr)
    best <- best - solve(h, as.numeric(objective$gr(best)))
  }
  objective$fn(best)
  best
}

one <- function(name, formula, family) {
  fit <- glmmTMB(formula, data = rows, family = family, control = control)
  best <- polish(fit)
  covariance <- solve(optimHess(best, fit$obj$fn, fit$obj$gr))
  parameters <- data.frame(model = name, parameter = make.unique(names(best), sep = ""), estimate = best,
                           std_error = sqrt(diag(covariance)))
  rbind(parameters, data.frame(model = name, parameter = "logLik", estimate = -fit$obj$fn(best), std_error = NA))
}

# coefficients integrated out: errors of the standard deviations are those of the restricted likelihood, of the coefficients none
restricted <- function(name, formula, family) {
  fit <- glmmTMB(formula, data = rows, family = family, control = control, REML = TRUE)
  best <- polish(fit)
  covariance <- solve(optimHess(best, fit$obj$fn, fit$obj$gr))
  fit$obj$fn(best)
  beta <- fit$obj$env$last.par[names(fit$obj$env$last.par) == "beta"]
  rbind(data.frame(model = name, parameter = make.unique(rep("beta", length(beta)), sep = ""), estimate = beta, std_error = NA),
        data.frame(model = name, parameter = make.unique(names(best), sep = ""), estimate = best,
                   std_error = sqrt(diag(covariance))))
}

nested <- y ~ x + offset(log(exposure)) + (1 | region) + (1 | gemeente) + (1 | year)
moves <- y ~ x + offset(log(exposure)) + (1 | gemeente) + (1 | year) + ar1(half + 0 | gemeente)
answers <- rbind(
  one("crossed poisson", nested, poisson),
  one("crossed nb2", nested, nbinom2),
  one("ar1 poisson", moves, poisson),
  one("ar1 nb2", moves, nbinom2),
  restricted("restricted crossed poisson", nested, poisson),
  restricted("restricted crossed nb2", nested, nbinom2),
  restricted("restricted ar1 poisson", moves, poisson),
  restricted("restricted ar1 nb2", moves, nbinom2)
)
answers$estimate <- formatC(answers$estimate, digits = 17, format = "g")
answers$std_error <- formatC(answers$std_error, digits = 17, format = "g")
write.csv(answers, "glmmTMB.csv", row.names = FALSE, quote = FALSE)
cat("glmmTMB", as.character(packageVersion("glmmTMB")), "TMB", as.character(packageVersion("TMB")), R.version.string, "\n")
print(answers)
