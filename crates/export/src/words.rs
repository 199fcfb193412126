//! Figures as people read them in a drawing.

/// A count with narrow no-break spaces between thousands.
pub(crate) fn count(count: u128) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// A share in percent. Rounded down: `100.0 %` is said of nothing less. `None` if the whole is 0.
pub(crate) fn percent(part: u128, whole: u128) -> Option<String> {
    let tenths = (part * 1000).checked_div(whole)?;
    Some(format!("{}.{} %", tenths / 10, tenths % 10))
}

/// Seconds in the unit that fits: `12 s`, `3.5 min`, `2.0 h`, `4.1 d`.
pub(crate) fn duration(seconds: f64) -> String {
    let (unit_s, unit, digits) = match seconds {
        s if s < 0.9995 => (1e-3, "ms", 0),
        s if s < 99.5 => (1.0, "s", 0),
        s if s < 90.0 * 60.0 => (60.0, "min", 1),
        s if s < 48.0 * 3600.0 => (3600.0, "h", 1),
        _ => (86_400.0, "d", 1),
    };
    format!("{:.digits$} {unit}", seconds / unit_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1\u{202f}000", "1\u{202f}234\u{202f}567"]);
        assert_eq!(percent(9_999, 10_000).as_deref(), Some("99.9 %"));
        assert_eq!(percent(3, 3).as_deref(), Some("100.0 %"));
        assert_eq!(percent(0, 0), None);
        assert_eq!(
            [0.25, 12.5, 210.0, 7_200.0, 354_240.0].map(duration),
            ["250 ms", "12 s", "3.5 min", "2.0 h", "4.1 d"]
        );
    }
}
