use std::fmt;
use std::str::FromStr;

use model::Invalid;

/// A format in which an answer can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The whole answer as one JSON object.
    Json,
    /// One table as CSV (RFC 4180).
    Csv,
    /// One table as Apache Parquet.
    Parquet,
    /// The network as a graph for Graphviz.
    Dot,
    /// The network as a Mermaid flowchart.
    Mermaid,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Json, Self::Csv, Self::Parquet, Self::Dot, Self::Mermaid];

    /// Its name in requests and on the command line: `csv`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
        }
    }

    /// The media type as registered with IANA, with the parameters of a `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Parquet => "application/vnd.apache.parquet",
            Self::Dot => "text/vnd.graphviz",
            Self::Mermaid => "application/vnd.mermaid",
        }
    }

    /// The end of a file's name, without the dot: `mmd`.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Dot => "dot",
            Self::Mermaid => "mmd",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Invalid::new("format", text, format!("is none of {names}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_read_by_its_name_and_no_other() {
        for format in Format::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        for wrong in ["", "CSV", "xlsx", "csv "] {
            let refusal = wrong.parse::<Format>().unwrap_err().to_string();
            assert_eq!(refusal, format!("format: {wrong:?} is none of json, csv, parquet, dot, mermaid"));
        }
    }
}
