# Simulates percentages of wijken in gemeenten in regions and fits them with lme4, by ML and by REML, plain and weighted.
#
#   Rscript lme4.R
#
# writes percentages.csv and lme4.json beside itself.
library(lme4)
library(jsonlite)
set.seed(20)

regions <- 12
gemeenten <- regions * 8
wijken <- sample(1:9, gemeenten, replace = TRUE)
region <- rep(1:regions, each = 8)
gemeente <- rep(1:gemeenten, wijken)
n <- length(gemeente)
income <- round(25000 + 3000 * rnorm(gemeenten)[gemeente] + 2000 * rnorm(n))
bijstand <- round(exp(rnorm(n, 1, 0.6)), 3)
small <- rbinom(n, 1, 0.2)
youths <- round(exp(rnorm(n, 6, 1)))
percent <- 10 + 0.35 * bijstand - 0.0001 * (income - 25000) - 0.8 * small +
  rnorm(regions, 0, 0.9)[region[gemeente]] + rnorm(gemeenten, 0, 1.1)[gemeente] + rnorm(n, 0, 2)
table <- data.frame(
  region = sprintf("R%02d", region[gemeente]), gemeente = sprintf("G%03d", gemeente),
  percent = round(percent, 3), income, bijstand, small, youths
)
write.csv(table, "percentages.csv", row.names = FALSE, quote = FALSE)
table <- read.csv("percentages.csv")

tight <- lmerControl(
  optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5), calc.derivs = FALSE
)
formula <- percent ~ income + bijstand + small + (1 | region) + (1 | gemeente)

answer <- function(fit) {
  effects <- ranef(fit, condVar = TRUE)
  group <- function(level) list(
    code = rownames(effects[[level]]), effect = effects[[level]][[1]],
    sd = sqrt(as.vector(attr(effects[[level]], "postVar")))
  )
  list(
    logLik = as.numeric(logLik(fit)), coefficients = unname(fixef(fit)),
    std_errors = unname(sqrt(diag(as.matrix(vcov(fit))))),
    sd_region = attr(VarCorr(fit)$region, "stddev")[[1]],
    sd_gemeente = attr(VarCorr(fit)$gemeente, "stddev")[[1]],
    sd_residual = sigma(fit), region = group("region"), gemeente = group("gemeente"),
    conditional = unname(fitted(fit))
  )
}

answers <- list(
  engine = paste("lme4", packageVersion("lme4"), "R", getRversion()),
  ml = answer(lmer(formula, table, REML = FALSE, control = tight)),
  reml = answer(lmer(formula, table, REML = TRUE, control = tight)),
  weighted = answer(lmer(formula, table, REML = FALSE, weights = youths, control = tight)),
  # Rows of small wijken left out; they are predicted with their areas' effects.
  predicted = local({
    fit <- lmer(percent ~ income + bijstand + (1 | region) + (1 | gemeente), table[table$small == 0, ],
                REML = FALSE, control = tight)
    list(logLik = as.numeric(logLik(fit)), conditional = unname(predict(fit, table, allow.new.levels = TRUE)))
  })
)
write_json(answers, "lme4.json", digits = 16, auto_unbox = TRUE)
