# Fits the suite's tables with glmmTMB:  Rscript glmmTMB.R QUESTIONS.json ANSWERS.json

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(here, "tables.R"))
need(c("jsonlite", "glmmTMB"))
suppressWarnings(library(glmmTMB))

tight <- glmmTMBControl(optCtrl = list(rel.tol = 1e-15, x.tol = 1e-12, iter.max = 2000, eval.max = 3000))

read <- function(question, fit) {
  sds <- sqrt(unlist(VarCorr(fit)$cond))[levels_of(question)]
  theta <- if (question$family == "nb2") sigma(fit)
  list(coefficients = I(unname(fixef(fit)$cond)), sds = I(unname(sds)), theta = theta,
       log_likelihood = as.numeric(logLik(fit)))
}

answers(function(question) {
  table <- table_of(question)
  formula <- formula_of(question)
  family <- if (question$family == "nb2") nbinom2() else poisson()
  variants <- list(default = glmmTMBControl(), tight = tight)
  lapply(names(variants), function(variant) {
    fit <- function() glmmTMB(formula, data = table, family = family, control = variants[[variant]])
    answer(question, variant, fit, function(fit) read(question, fit))
  })
})
