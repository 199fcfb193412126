use std::fmt;
use std::str::FromStr;

use model::Invalid;

/// A format in which a map can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MapFormat {
    /// Customer Journey Modelling Language 2.0, XML.
    Cjml,
    /// A Mermaid `journey`.
    Mermaid,
    /// The map's network as a Mermaid `flowchart`.
    Flowchart,
    /// One table of everything.
    Csv,
    /// A workbook: a sheet each for steps, stages, edges, lanes and the map itself.
    Xlsx,
    /// User Journey Graph, JSON-LD.
    Ujg,
    /// The map's network as a process of BPMN 2.0, with a drawing.
    Bpmn,
    /// A page for people.
    Markdown,
    /// The document as Geleit keeps it in files.
    Toml,
}

impl MapFormat {
    /// All formats.
    pub const ALL: [Self; 9] = [
        Self::Cjml,
        Self::Mermaid,
        Self::Flowchart,
        Self::Csv,
        Self::Xlsx,
        Self::Ujg,
        Self::Bpmn,
        Self::Markdown,
        Self::Toml,
    ];

    /// Its name in requests and on the command line: `cjml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cjml => "cjml",
            Self::Mermaid => "mermaid",
            Self::Flowchart => "flowchart",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ujg => "ujg",
            Self::Bpmn => "bpmn",
            Self::Markdown => "markdown",
            Self::Toml => "toml",
        }
    }

    /// True if maps are read from it, not only written.
    pub fn is_read(self) -> bool {
        match self {
            Self::Cjml | Self::Mermaid | Self::Csv | Self::Xlsx | Self::Toml => true,
            Self::Flowchart | Self::Ujg | Self::Bpmn | Self::Markdown => false,
        }
    }

    /// True if a terminal can show it.
    pub fn is_text(self) -> bool {
        self != Self::Xlsx
    }

    /// The media type, with the parameters of a `Content-Type`. CJML and BPMN have none of their own that is registered.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Cjml | Self::Bpmn => "application/xml",
            Self::Mermaid | Self::Flowchart => "application/vnd.mermaid",
            Self::Csv => CSV_TYPE,
            Self::Xlsx => XLSX_TYPE,
            Self::Ujg => "application/ld+json",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Toml => "application/toml",
        }
    }

    /// The end of a file's name, without the dot: `mmd`.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Cjml => "cjml",
            Self::Mermaid | Self::Flowchart => "mmd",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ujg => "jsonld",
            Self::Bpmn => "bpmn",
            Self::Markdown => "md",
            Self::Toml => "toml",
        }
    }

    /// The format that a file of this name is read as.
    pub fn of_file(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "cjml" | "xml" => Some(Self::Cjml),
            "mmd" | "mermaid" => Some(Self::Mermaid),
            "csv" | "tsv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "toml" => Some(Self::Toml),
            _ => None,
        }
    }
}

/// The media type of CSV with a header.
pub(crate) const CSV_TYPE: &str = "text/csv; charset=utf-8; header=present";
/// The media type of workbooks.
pub(crate) const XLSX_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

impl fmt::Display for MapFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for MapFormat {
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
        for format in MapFormat::ALL {
            assert_eq!(format.to_string().parse(), Ok(format));
        }
        let refusal = "CJML".parse::<MapFormat>().unwrap_err().to_string();
        assert!(refusal.starts_with("format: \"CJML\" is none of cjml, mermaid, "), "{refusal}");
    }

    #[test]
    fn what_is_written_under_an_extension_is_read_by_it_if_it_is_read_at_all() {
        for format in MapFormat::ALL.into_iter().filter(|format| format.is_read()) {
            assert_eq!(MapFormat::of_file(&format!("a.b.{}", format.extension())), Some(format));
        }
        assert_eq!([MapFormat::of_file("a"), MapFormat::of_file("a.bpmn")], [None, None]);
    }
}
