//! What the columns of an export hold, by their names.

use crate::normalise::fold;
use crate::record::Field;

/// Names of columns, folded and without blanks, as German and English programs write them.
const NAMES: &[(Field, &[&str])] = &[
    (
        Field::GivenName,
        &["givenname", "firstname", "forename", "given", "fname", "vorname", "rufname", "vornamen", "namefirst"],
    ),
    (
        Field::Surname,
        &["surname", "lastname", "familyname", "lname", "nachname", "familienname", "zuname", "name2", "namelast"],
    ),
    (
        Field::FullName,
        &["fullname", "name", "customername", "customer", "kunde", "kundenname", "vollername", "contactname"],
    ),
    (
        Field::BirthDate,
        &[
            "birthdate",
            "dateofbirth",
            "dob",
            "birthday",
            "born",
            "geburtsdatum",
            "geburtstag",
            "gebdatum",
            "geb",
            "gebdat",
        ],
    ),
    (
        Field::Street,
        &[
            "street",
            "streetname",
            "address",
            "address1",
            "addressline1",
            "strasse",
            "str",
            "anschrift",
            "adresse",
            "strassehausnummer",
        ],
    ),
    (Field::HouseNumber, &["housenumber", "houseno", "streetnumber", "streetno", "hausnummer", "hausnr", "hnr", "nr"]),
    (Field::Postcode, &["postcode", "postalcode", "zip", "zipcode", "plz", "postleitzahl"]),
    (Field::City, &["city", "town", "suburb", "locality", "ort", "stadt", "wohnort", "place"]),
    (
        Field::Phone,
        &[
            "phone",
            "phonenumber",
            "telephone",
            "tel",
            "telefon",
            "telefonnummer",
            "telefonnr",
            "festnetz",
            "landline",
            "phone1",
        ],
    ),
    (
        Field::OtherPhone,
        &[
            "mobile",
            "mobilephone",
            "cellphone",
            "cell",
            "handy",
            "mobil",
            "mobilnummer",
            "handynummer",
            "phone2",
            "mobiltelefon",
        ],
    ),
    (Field::Email, &["email", "emailaddress", "mail", "mailaddress", "emailadresse", "mailadresse", "epost"]),
    (
        Field::Identifier,
        &[
            "loyaltycard",
            "loyaltycardno",
            "cardnumber",
            "customercard",
            "kundenkarte",
            "kundenkartennummer",
            "kartennummer",
            "bonuskarte",
            "socsecid",
            "ssn",
            "taxid",
            "steuernummer",
            "memberno",
            "membernumber",
            "mitgliedsnummer",
        ],
    ),
];

/// What a column of this name most likely holds; `None` if its name does not tell.
///
/// ```
/// use linkage::{Field, field_of_header};
/// assert_eq!(field_of_header("Geb.-Datum"), Some(Field::BirthDate));
/// assert_eq!(field_of_header("First Name"), Some(Field::GivenName));
/// assert_eq!(field_of_header("revenue"), None);
/// ```
pub fn field_of_header(name: &str) -> Option<Field> {
    let folded = fold(name).replace(' ', "");
    NAMES.iter().find(|(_, names)| names.contains(&folded.as_str())).map(|(field, _)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_and_english_headers_are_understood() {
        for (name, expected) in [
            ("Vorname", Some(Field::GivenName)),
            ("given_name", Some(Field::GivenName)),
            ("NACHNAME", Some(Field::Surname)),
            ("Straße", Some(Field::Street)),
            ("address_1", Some(Field::Street)),
            ("house_no", Some(Field::HouseNumber)),
            ("street_number", Some(Field::HouseNumber)),
            ("PLZ", Some(Field::Postcode)),
            ("Ort", Some(Field::City)),
            ("E-Mail", Some(Field::Email)),
            ("Telefon", Some(Field::Phone)),
            ("Mobil", Some(Field::OtherPhone)),
            ("date_of_birth", Some(Field::BirthDate)),
            ("soc_sec_id", Some(Field::Identifier)),
            ("Kundenkarte", Some(Field::Identifier)),
            ("created", None),
            ("source", None),
        ] {
            assert_eq!(field_of_header(name), expected, "{name}");
        }
    }
}
