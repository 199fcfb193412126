use std::fmt;

use regex::Regex;

use crate::Invalid;

/// What a rule compares a text with. Three forms, told apart by their looks:
///
/// | written | matches |
/// |---|---|
/// | `checkout` | exactly that text |
/// | `shop/*/cart` | any run of characters in the place of each `*` |
/// | `/^order-[0-9]+$/` | the regular expression between the slashes, anywhere in the text |
#[derive(Clone)]
pub struct Pattern {
    written: String,
    test: Test,
}

#[derive(Clone)]
enum Test {
    Exactly,
    Expression(Regex),
}

impl Pattern {
    /// Reads a pattern; refuses regular expressions that do not parse.
    pub fn parse(written: &str) -> Result<Self, Invalid> {
        let expression = if written.len() >= 2 && written.starts_with('/') && written.ends_with('/') {
            Some(written[1..written.len() - 1].to_owned())
        } else if written.contains('*') {
            let parts: Vec<String> = written.split('*').map(regex::escape).collect();
            Some(format!("(?s)^{}$", parts.join(".*")))
        } else {
            None
        };
        let test = match expression {
            None => Test::Exactly,
            Some(expression) => Test::Expression(Regex::new(&expression).map_err(|error| {
                let last_line = error.to_string().lines().last().unwrap_or_default().to_owned();
                Invalid::new("", written, format!("is not a regular expression: {last_line}"))
            })?),
        };
        Ok(Self { written: written.to_owned(), test })
    }

    /// True if the pattern accepts `text`.
    pub fn matches(&self, text: &str) -> bool {
        match &self.test {
            Test::Exactly => self.written == text,
            Test::Expression(expression) => expression.is_match(text),
        }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_pattern_accepts_what_it_says() {
        for (pattern, text, expected) in [
            ("cart", "cart", true),
            ("cart", "Cart", false),
            ("cart", "cart2", false),
            ("*cart*", "my cart is full", true),
            ("https://shop.example/*", "https://shop.example/", true),
            ("a*c", "abcd", false),
            ("a.c", "abc", false),
            ("/^order-[0-9]+$/", "order-17", true),
            ("/[0-9]/", "order-17", true),
            ("/checkout", "/checkout", true),
            ("*", "", true),
        ] {
            assert_eq!(Pattern::parse(pattern).unwrap().matches(text), expected, "{pattern} on {text}");
        }
        assert!(Pattern::parse("/(/").unwrap_err().to_string().contains("unclosed group"));
    }
}
