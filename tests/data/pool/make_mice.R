# Pooled results of mice and mitml, as mice.json beside this script: Rscript make_mice.R
# Needs mice, mitml and jsonlite. Every number printed comes from those packages or from R's own distributions.
suppressPackageStartupMessages({ library(mice); library(mitml); library(jsonlite) })

complete <- function(df) if (is.infinite(df)) "infinite" else df
matrices <- function(x) lapply(seq_len(dim(x)[3]), function(i) matrix(x[, , i], nrow = dim(x)[1]))

# mice::pool.scalar on made-up numbers
set.seed(20)
scalar <- function(name, Q, U, dfcom) {
  p <- pool.scalar(Q, U, n = dfcom, k = 0)
  list(name = name, estimates = Q, variances = U, complete_df = complete(dfcom), expect = list(
    estimate = p$qbar, within = p$ubar, between = p$b, total = p$t, df = p$df,
    relative_increase = p$r, missing_information = p$fmi))
}
scalars <- list()
for (dfcom in c(Inf, 4, 60, 2900)) for (m in c(2, 3, 5, 20, 100)) {
  Q <- round(rnorm(m, 0.3, 0.4), 6); U <- round(rgamma(m, 5, 40), 6)
  scalars[[length(scalars) + 1]] <- scalar(sprintf("m %d, complete %s", m, dfcom), Q, U, dfcom)
}
# what is withheld matters little: lambda stays above the 1e-4 at which mice holds it
Q <- round(rnorm(10, -2, 0.03), 6); U <- round(rgamma(10, 50, 1000), 6)
scalars[[length(scalars) + 1]] <- scalar("little is missing", Q, U, Inf)
# and nearly all of the variance lies between the tables
Q <- round(rnorm(6, 1e4, 3e2), 6); U <- round(rgamma(6, 5, 40), 6)
scalars[[length(scalars) + 1]] <- scalar("nearly all is missing", Q, U, 500)

# mice::pool, summary and the tests of several coefficients, on models of imputed tables
fitted <- function(name, fits, null, dfcom) {
  pooled <- pool(fits, dfcom = dfcom)
  s <- summary(pooled, conf.int = TRUE, conf.level = 0.95)
  wide <- summary(pooled, conf.int = TRUE, conf.level = 0.99)
  each <- getfit(fits)
  terms <- lapply(seq_len(nrow(s)), function(i) {
    p <- pooled$pooled[i, ]
    list(name = as.character(s$term[i]),
      estimates = vapply(each, function(f) coef(f)[[i]], 0), variances = vapply(each, function(f) vcov(f)[i, i], 0),
      expect = list(estimate = p$estimate, within = p$ubar, between = p$b, total = p$t, df = p$df,
        relative_increase = p$riv, lambda = p$lambda, missing_information = p$fmi, std_error = s$std.error[i],
        statistic = s$statistic[i], p_value = s$p.value[i], low = s[[7]][i], high = s[[8]][i],
        low99 = wide[[7]][i], high99 = wide[[8]][i]))
  })
  tested <- setdiff(names(coef(each[[1]])), names(coef(getfit(null)[[1]])))
  test <- function(result) list(statistic = result[1], numerator_df = result[2], denominator_df = result[3],
    p_value = result[4], relative_increase = result[5])
  d1 <- D1(fits, null, dfcom = if (is.infinite(dfcom)) NULL else dfcom)
  d1inf <- testModels(as.mitml.result(fits), as.mitml.result(null), method = "D1")
  d2 <- D2(fits, null, use = "wald")
  d3 <- D3(fits, null, dfcom = dfcom)
  wald <- vapply(each, function(f) drop(coef(f)[tested] %*% solve(vcov(f)[tested, tested], coef(f)[tested])), 0)
  list(name = name, complete_df = complete(dfcom), terms = terms, tested = I(tested),
    estimates = lapply(each, function(f) I(unname(coef(f)[tested]))),
    covariances = lapply(each, function(f) unname(vcov(f)[tested, tested, drop = FALSE])),
    d1 = test(d1$result), d1_large = test(d1inf$test), wald = wald, d2 = test(d2$result),
    at_maxima = d3$deviances$dev0.M - d3$deviances$dev1.M, at_pooled = d3$deviances$dev0.L - d3$deviances$dev1.L,
    d3 = test(unlist(d3$result)))
}
imp <- mice(nhanes, m = 7, seed = 31, maxit = 5, printFlag = FALSE)
imp3 <- mice(nhanes, m = 3, seed = 8, maxit = 5, printFlag = FALSE)
boys2 <- boys[seq(1, nrow(boys), 4), c("age", "hgt", "wgt", "bmi", "hc")]
impb <- mice(boys2, m = 20, seed = 5, maxit = 3, printFlag = FALSE)
models <- list(
  fitted("nhanes, lm", with(imp, lm(chl ~ age + bmi + hyp)), with(imp, lm(chl ~ age)), 21),
  fitted("nhanes, lm, three tables", with(imp3, lm(chl ~ age + bmi + hyp)), with(imp3, lm(chl ~ 1)), 21),
  fitted("boys, lm", with(impb, lm(hc ~ age + hgt + wgt)), with(impb, lm(hc ~ age)), 183),
  fitted("boys, lm, one coefficient", with(impb, lm(hc ~ age + hgt)), with(impb, lm(hc ~ age)), 184))

# Poisson regressions of completed counts, tables and all
set.seed(77)
n <- 80
x1 <- round(rnorm(n), 4); x2 <- round(runif(n), 4); exposure <- round(exp(rnorm(n, 3, 0.5)), 1)
y <- rpois(n, exposure * exp(-1 + 0.3 * x1 - 0.4 * x2))
withheld <- y < 6
tables <- lapply(1:6, function(i) { z <- y; z[withheld] <- sample(0:5, sum(withheld), replace = TRUE); z })
control <- glm.control(epsilon = 1e-15, maxit = 100)
glms <- lapply(tables, function(z) glm(z ~ x1 + x2 + offset(log(exposure)), family = poisson, control = control))
pooled <- pool(as.mira(glms), dfcom = n - 3)
s <- summary(pooled, conf.int = TRUE)
tested <- c("x1", "x2")
waldtest <- testConstraints(as.mitml.result(glms), constraints = tested, method = "D1", df.com = n - 3)$test
poisson <- list(x1 = x1, x2 = x2, exposure = exposure, counts = tables, complete_df = n - 3,
  terms = lapply(1:3, function(i) list(estimate = s$estimate[i], std_error = s$std.error[i], df = s$df[i],
    missing_information = pooled$pooled$fmi[i], p_value = s$p.value[i], low = s[[7]][i], high = s[[8]][i])),
  wald = list(statistic = waldtest[1], numerator_df = waldtest[2], denominator_df = waldtest[3],
    p_value = waldtest[4], relative_increase = waldtest[5]))

# tails and quantiles of R itself
tails <- list()
for (df in c(0.3, 1, 2.5, 7, 40, 350, 6e3, 2e5, 8e6, 3e9)) for (t in c(0.01, 0.5, 1.7, 1.8, 2.2, 4, 9, 30))
  tails[[length(tails) + 1]] <- list(t = t, df = df, p = 2 * pt(t, df, lower.tail = FALSE))
quantiles <- list()
for (df in c(0.6, 1, 2.5, 7, 40, 350, 6e3, 2e5, 8e6)) for (level in c(0.1, 0.5, 0.9, 0.95, 0.99, 0.9999))
  quantiles[[length(quantiles) + 1]] <- list(df = df, level = level,
    quantile = qt((1 - level) / 2, df, lower.tail = FALSE))
f_tails <- list()
for (df2 in c(0.7, 3, 11.3, 240, 9e4, Inf)) for (df1 in c(1, 2, 5, 31)) for (f in c(0.2, 0.97, 1.3, 3, 12))
  f_tails[[length(f_tails) + 1]] <- list(f = f, df1 = df1, df2 = complete(df2),
    p = pf(f, df1, df2, lower.tail = FALSE))

result <- list(
  provenance = sprintf("R %s, mice %s, mitml %s; tests/data/pool/make_mice.R", getRversion(),
    packageVersion("mice"), packageVersion("mitml")),
  scalars = scalars, models = models, poisson = poisson, tails = tails, quantiles = quantiles, f_tails = f_tails)
writeLines(toJSON(result, digits = I(17), auto_unbox = TRUE), "mice.json")
