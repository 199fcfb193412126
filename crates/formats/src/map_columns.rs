//! What rows of a map's tables there are, and what columns they have.

use crate::cells::{Column, Sort};

const MODES: Sort = Sort::Word(&["eventually", "next"]);
const MAP: [Column; 11] = [
    ("title", Sort::Text),
    ("description", Sort::Text),
    ("state", Sort::Word(&["as_is", "to_be"])),
    ("owner", Sort::Text),
    ("personas", Sort::List),
    ("journey", Sort::Text),
    ("valid_from", Sort::Text),
    ("over_after", Sort::Text),
    ("case", Sort::Text),
    ("product", Sort::Text),
    ("mode", MODES),
];
const STAGE: [Column; 3] =
    [("id", Sort::Text), ("title", Sort::Text), ("moment", Sort::Word(&["before", "during", "after"]))];
const LANE: [Column; 2] = [("id", Sort::Text), ("title", Sort::Text)];
const STEP: [Column; 19] = [
    ("id", Sort::Text),
    ("title", Sort::Text),
    ("stage", Sort::Text),
    ("touchpoints", Sort::List),
    ("failing", Sort::List),
    ("optional", Sort::Truth),
    ("parallel", Sort::Text),
    ("map", Sort::Text),
    ("owner", Sort::Text),
    ("front_stage", Sort::Text),
    ("back_stage", Sort::Text),
    ("expectation", Sort::Text),
    ("expected", Sort::Whole),
    ("emotion", Sort::Moods),
    ("evidence", Sort::Word(&["assumed", "partly", "measured"])),
    ("moment_of_truth", Sort::Text),
    ("pain_points", Sort::List),
    ("opportunities", Sort::List),
    ("kpis", Sort::List),
];
const EDGE: [Column; 6] = [
    ("from", Sort::Text),
    ("to", Sort::Text),
    ("mode", MODES),
    ("within", Sort::Text),
    ("join", Sort::Word(&["customer", "case", "product"])),
    ("title", Sort::Text),
];

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Map,
    Stage,
    Lane,
    Step,
    Edge,
}

impl Kind {
    /// All, in the order of the file.
    pub(crate) const ALL: [Self; 5] = [Self::Map, Self::Stage, Self::Lane, Self::Step, Self::Edge];

    /// In the column `row`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Stage => "stage",
            Self::Lane => "lane",
            Self::Step => "step",
            Self::Edge => "edge",
        }
    }

    /// The sheet of a workbook.
    pub(crate) fn sheet(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Stage => "stages",
            Self::Lane => "lanes",
            Self::Step => "steps",
            Self::Edge => "edges",
        }
    }

    /// What it has, column by column.
    pub(crate) fn columns(self) -> &'static [Column] {
        match self {
            Self::Map => &MAP,
            Self::Stage => &STAGE,
            Self::Lane => &LANE,
            Self::Step => &STEP,
            Self::Edge => &EDGE,
        }
    }

    /// How a column is read; none if it has none of that name.
    pub(crate) fn sort_of(self, column: &str) -> Option<Sort> {
        self.columns().iter().find(|(name, _)| *name == column).map(|(_, sort)| *sort)
    }
}
