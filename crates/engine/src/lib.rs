//! The way of the data: queue, journal, folds, columns, answers.
