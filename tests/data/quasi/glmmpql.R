# Simulates counts of towns in regions and fits them with MASS::glmmPQL.
#
#   Rscript glmmpql.R
#
# writes counts.csv and glmmpql.json beside itself. glmmPQL gives the linear mixed model a residual scale of its own and
# stops at a change of 1e-6 in the squared predictor; here the scale is held at 1 and the change is 1e-24.
suppressMessages({
  library(MASS)
  library(nlme)
  library(jsonlite)
})
set.seed(20)

rows <- 600
town <- rep(1:60, times = rmultinom(1, rows - 60, rep(1, 60)) + 1)
region <- (town - 1) %/% 6 + 1
x <- round(rnorm(rows), 3)
exposure <- round(exp(rnorm(rows, 1, 0.6)), 3)
mean <- exposure * exp(-0.2 + 0.3 * x + rnorm(60, 0, 0.5)[town] + rnorm(10, 0, 0.4)[region])
table <- data.frame(
  region = sprintf("R%02d", region), town = sprintf("T%02d", town), count = rpois(rows, mean), exposure, x
)
write.csv(table, "counts.csv", row.names = FALSE, quote = FALSE)
table <- read.csv("counts.csv", stringsAsFactors = TRUE)

to_the_end <- sub("1e-06", "1e-24", deparse(MASS::glmmPQL), fixed = TRUE)
glmmPQL <- eval(parse(text = to_the_end), envir = asNamespace("MASS"))
fit <- glmmPQL(
  count ~ x + offset(log(exposure)), random = list(region = ~1, town = ~1), family = poisson, data = table,
  niter = 200, verbose = FALSE,
  control = lmeControl(
    sigma = 1, tolerance = 1e-14, msTol = 1e-14, maxIter = 500, msMaxIter = 500, msVerbose = FALSE,
    opt = "nlminb", returnObject = TRUE
  )
)
variances <- sapply(c("region", "town"), function(level) as.matrix(fit$modelStruct$reStruct[[level]])[1, 1])
effects <- ranef(fit)
write_json(
  list(
    versions = list(R = as.character(getRversion()), MASS = as.character(packageVersion("MASS")), nlme = as.character(packageVersion("nlme"))),
    sigma = fit$sigma, coefficients = unname(fixef(fit)), sds = unname(sqrt(variances)),
    region = effects$region[[1]], town = effects$town[[1]], town_code = sub(".*/", "", rownames(effects$town))
  ),
  "glmmpql.json", digits = 12, auto_unbox = TRUE, pretty = TRUE
)
