# Standard errors of conditional predictions and of area effects by glmmTMB, for tests/after/fixture.rs.
#
#   NESTCOUNT_FIXTURES=folder cargo test --test after -- --ignored tables_for_the_fixtures
#   Rscript tests/data/after/make_fixtures.R folder
#
# The tables are simulated (nestcount::simulate, fixed seed): no real places. Made with R 4.2.2 and glmmTMB 1.1.5.

suppressMessages(library(glmmTMB))
folder <- commandArgs(trailingOnly = TRUE)[1]
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))

make <- function(family) {
  d <- read.csv(file.path(folder, paste0("table_", family, ".csv")), colClasses = c(region = "character", town = "character"))
  d$town <- paste(d$region, d$town, sep = ":")
  d$row <- factor(d$row)
  tight <- glmmTMBControl(optCtrl = list(iter.max = 2000, eval.max = 2000, rel.tol = 1e-14))
  m <- if (family == "nb2") {
    glmmTMB(count ~ a + b + c + offset(log(exposure)) + (1 | region) + (1 | town), d, nbinom2, control = tight)
  } else {
    glmmTMB(count ~ a + b + c + offset(log(exposure)) + (1 | region) + (1 | town) + (1 | row), d, poisson, control = tight)
  }
  link <- predict(m, type = "link", se.fit = TRUE)
  response <- predict(m, type = "response", se.fit = TRUE)
  digits <- function(x) signif(x, 8)
  write.csv(data.frame(link = digits(link$fit), se_link = digits(link$se.fit),
                       response = digits(response$fit), se_response = digits(response$se.fit)),
            file.path(here, paste0("predictions_", family, ".csv")), row.names = FALSE, quote = FALSE)
  effects <- as.data.frame(ranef(m, condVar = TRUE))
  effects$code <- sub("^.*:", "", effects$grp)
  write.csv(data.frame(level = effects$grpvar, code = effects$code, effect = digits(effects$condval), sd = digits(effects$condsd)),
            file.path(here, paste0("effects_", family, ".csv")), row.names = FALSE, quote = FALSE)
}

for (family in c("nb2", "poisson")) make(family)
