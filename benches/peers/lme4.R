# Fits the suite's tables with lme4:  Rscript lme4.R QUESTIONS.json ANSWERS.json

here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(here, "tables.R"))
need(c("jsonlite", "lme4"))
library(lme4)

tight <- glmerControl(optimizer = "bobyqa", tolPwrss = 1e-13,
                      optCtrl = list(rhoend = 1e-9, maxfun = 1e5))

read <- function(question, fit) {
  sds <- sqrt(unlist(VarCorr(fit)))[levels_of(question)]
  theta <- if (question$family == "nb2") getME(fit, "glmer.nb.theta")
  list(coefficients = I(unname(fixef(fit))), sds = I(unname(sds)), theta = theta,
       log_likelihood = as.numeric(logLik(fit)))
}

fit_of <- function(question, table, control, nodes) {
  formula <- formula_of(question)
  if (question$family == "nb2") {
    return(function() glmer.nb(formula, data = table, control = control))
  }
  function() glmer(formula, data = table, family = poisson, control = control, nAGQ = nodes)
}

answers(function(question) {
  table <- table_of(question)
  one <- length(levels_of(question)) == 1 && question$family == "poisson"
  variants <- list(default = list(glmerControl(), 1), tight = list(tight, 1))
  if (one) variants$quadrature <- list(tight, 25)
  lapply(names(variants), function(variant) {
    with <- variants[[variant]]
    answer(question, variant, fit_of(question, table, with[[1]], with[[2]]), function(fit) read(question, fit))
  })
})
