# What the R scripts share: the questions, a table, the answers.

files <- commandArgs(trailingOnly = TRUE)

# Ends with 3 where a package is not installed: the suite lists it as absent.
need <- function(packages) {
  for (package in packages) {
    if (!suppressWarnings(requireNamespace(package, quietly = TRUE))) quit(status = 3)
  }
}

table_of <- function(question) {
  table <- read.csv(file.path(dirname(files[1]), question$csv), stringsAsFactors = TRUE)
  table$row <- factor(seq_len(nrow(table)))
  table
}

levels_of <- function(question) c(unlist(question$levels), if (question$row_effect) "row")

formula_of <- function(question) {
  effects <- sprintf("(1 | %s)", levels_of(question))
  as.formula(paste("count ~", paste(c(unlist(question$determinants), "offset(log(exposure))", effects), collapse = " + ")))
}

# Runs `fit`, with processor seconds of the fit alone; `read` takes the numbers out of it.
answer <- function(question, variant, fit, read) {
  said <- character()
  note <- function(condition) said <<- c(said, conditionMessage(condition))
  before <- proc.time()
  fitted <- tryCatch(
    withCallingHandlers(fit(),
      warning = function(w) { note(w); invokeRestart("muffleWarning") },
      message = function(m) { note(m); invokeRestart("muffleMessage") }),
    error = function(e) e)
  spent <- proc.time() - before
  head <- list(question = question$name, variant = variant)
  if (inherits(fitted, "error")) {
    return(c(head, list(failure = trimws(conditionMessage(fitted)))))
  }
  said <- if (length(said) > 0) trimws(substr(said[1], 1, 100))
  c(head, read(fitted), list(seconds = sum(spent[c("user.self", "sys.self")]), note = said))
}

# All questions with all variants, written as JSON; the first is asked once before, so that no time has what loads at first use.
answers <- function(ask) {
  questions <- jsonlite::read_json(files[1])
  ask(questions[[1]])
  given <- do.call(c, lapply(questions, ask))
  jsonlite::write_json(given, files[2], digits = NA, auto_unbox = TRUE, null = "null")
}
