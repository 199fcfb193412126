//! Identifiers that are not one person's alone, or not written as they are. Per mille unless said otherwise.

/// Households of several with a tablet or PC in the living room, one browser with one cookie for all.
pub(crate) const FAMILY_TABLET: u32 = 300;
/// Sittings of their members in front of it.
pub(crate) const SITS_AT_FAMILY_TABLET: u32 = 250;
/// People whose family has a mail address and who have no other with the company.
pub(crate) const LIVES_BY_FAMILY_MAIL: u32 = 500;
/// Calls that the telephone system passes on under the company's own number.
pub(crate) const CALLS_PASSED_ON: u64 = 25;
/// Mail addresses that a seller types wrongly when handing out a card.
pub(crate) const MISTYPED_MAIL: u32 = 30;
/// The company's own number, as the call centre writes it.
pub(crate) const HOTLINE: &str = "+49 221 4710100";
/// Tablets with which sellers go about, in each shop.
pub(crate) const TABLETS_PER_SHOP: u64 = 2;
