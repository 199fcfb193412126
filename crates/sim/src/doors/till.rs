//! Tills and reception tablets: the monthly export of a shop, as German software writes it.
//!
//! Semicolons, decimal commas, Windows-1252, CR LF. Rows without a loyalty card are not exported.

use std::collections::BTreeMap;

use super::{SHOPS, Scene};
use crate::law::Trace;

const HEADER: &str = "Kundenkarte;Vorgang;Datum;Uhrzeit;Betrag;Filiale\r\n";

/// The exports of one cohort: a file for each shop and month.
#[derive(Debug, Default)]
pub(crate) struct Books {
    files: BTreeMap<String, Book>,
}

#[derive(Debug)]
struct Book {
    bytes: Vec<u8>,
    rows: u32,
}

impl Books {
    /// Appends the happening to the book of its shop and month; returns where it stands: `file:line`, the header being line 1.
    pub(crate) fn enter(&mut self, scene: &Scene<'_>, cohort: u32) -> String {
        let Trace::Till { transaction, cents: (least, most) } = scene.trace() else {
            unreachable!("only tills write into these books");
        };
        let (shop, slug) = SHOPS[scene.person.shop];
        let (date, time) = scene.calendar.german(scene.lived.at);
        let (month, year) = (&date[3..5], &date[6..]);
        let file = format!("{slug}-{year}-{month}-{:03}.csv", cohort + 1);
        let mut cents = u64::from(least) + scene.small(1, u64::from(most - least + 1));
        if scene.lived.step == crate::laws::Step::ShopPurchase {
            cents = u64::from(scene.bike().cents);
        }
        let row = format!(
            "{};{transaction};{date};{time};{},{:02};{shop}\r\n",
            scene.person.loyalty_card(),
            cents / 100,
            cents % 100
        );
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&row);
        let book = self.files.entry(file.clone()).or_insert_with(|| Book { bytes: HEADER.into(), rows: 0 });
        book.bytes.extend_from_slice(&bytes);
        book.rows += 1;
        format!("{file}:{}", book.rows + 1)
    }

    /// Closes the books: file names and contents, by name.
    pub(crate) fn close(&mut self) -> impl Iterator<Item = (String, Vec<u8>)> + use<> {
        std::mem::take(&mut self.files).into_iter().map(|(name, book)| (name, book.bytes))
    }
}
