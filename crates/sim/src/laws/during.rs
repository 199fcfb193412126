//! Cart, checkout, order, and the wait for the bike.

use model::Kind;

use super::{Step::*, call, cloud, mail_opened, page, silent, till, track};
use crate::calendar::Rhythm;
use crate::law::After::{Beat, Days, Soon};
use crate::law::{Desk, Effect, Habit, Law, Stage, Tells, Topic, When, way};

pub(super) const LAWS: &[Law] = &[
    track(
        CartAdded,
        "cart",
        Stage::Buy,
        ("/e-bikes/", "Product Added"),
        &[way(CartViewed, 62, Beat), way(ProductPage, 28, Beat), way(Hesitates, 10, Beat)],
    ),
    page(
        CartViewed,
        "cart",
        Stage::Buy,
        ("/warenkorb", "Cart"),
        &[
            way(CheckoutStarted, 42, Beat),
            way(ProductPage, 26, Beat),
            way(ShopFinder, 4, Beat).habit(Habit::Shop),
            way(CartReminderOpened, 12, Days(1, 3)).when(When::Reachable),
            way(Hesitates, 22, Beat),
        ],
    ),
    mail_opened(
        CartReminderOpened,
        "cart-reminder",
        Stage::Buy,
        "cart_reminder_opened",
        &[way(CartViewed, 45, Beat), way(Hesitates, 55, Days(0, 3))],
    ),
    page(
        CheckoutStarted,
        "checkout",
        Stage::Buy,
        ("/kasse", "Checkout"),
        &[
            way(SignedIn, 72, Beat).when(When::SignedOut),
            way(Payment, 72, Beat).when(When::SignedIn),
            way(CartViewed, 13, Beat),
            way(Hesitates, 15, Beat),
        ],
    ),
    track(
        SignedIn,
        "sign-in",
        Stage::Buy,
        ("/kasse/anmelden", "Signed In"),
        &[way(Payment, 88, Beat), way(CartViewed, 6, Beat), way(Hesitates, 6, Beat)],
    )
    .effect(Effect::SignsIn),
    page(
        Payment,
        "checkout",
        Stage::Buy,
        ("/kasse/zahlung", "Payment"),
        &[way(OrderPlaced, 72, Beat), way(PaymentFailed, 12, Beat), way(CartViewed, 7, Beat), way(Hesitates, 9, Beat)],
    ),
    track(
        PaymentFailed,
        "",
        Stage::Buy,
        ("/kasse/zahlung", "Payment Failed"),
        &[way(Payment, 60, Beat), way(SalesCall, 15, Days(0, 2)), way(Hesitates, 25, Beat)],
    ),
    cloud(
        OrderPlaced,
        "order",
        Stage::Buy,
        (Desk::Orders, "order", Kind::Outcome, "web", Tells::Order),
        &[way(DeliveryPromised, 100, Beat)],
    ),
    till(ShopPurchase, "shop-purchase", Stage::Buy, ("Kauf", (189_900, 649_900)), &[way(ShopOrder, 100, Beat)])
        .effect(Effect::GetsCard),
    cloud(
        ShopOrder,
        "order",
        Stage::Buy,
        (Desk::Orders, "order", Kind::Outcome, "shop", Tells::Order),
        &[way(DeliveryPromised, 75, Beat), way(Collected, 25, Soon)],
    ),
    cloud(
        DeliveryPromised,
        "delivery-promise",
        Stage::Wait,
        (Desk::Orders, "delivery_promised", Kind::Promise, "mail", Tells::DeliveryDate),
        &[way(ConfirmationOpened, 80, Soon), way(Waits, 20, Days(1, 3))],
    ),
    mail_opened(
        ConfirmationOpened,
        "confirmation-mail",
        Stage::Wait,
        "confirmation_opened",
        &[way(Waits, 100, Days(1, 3))],
    ),
    silent(
        Waits,
        Stage::Wait,
        Rhythm::Online,
        &[
            way(StatusSignIn, 24, Days(0, 3)).when(When::SignedOut).habit(Habit::Web),
            way(OrderStatus, 24, Days(0, 3)).when(When::SignedIn).habit(Habit::Web),
            way(DeliveryPostponed, 9, Days(1, 5)),
            way(DeliveryCall, 4, Days(1, 5)),
            way(OrderCancelled, 2, Days(1, 4)).habit(Habit::Displeased),
            way(Delivered, 42, Days(2, 8)),
            way(Collected, 14, Days(3, 9)).habit(Habit::Shop),
        ],
    ),
    track(StatusSignIn, "sign-in", Stage::Wait, ("/konto/anmelden", "Signed In"), &[way(OrderStatus, 100, Beat)])
        .effect(Effect::SignsIn),
    page(
        OrderStatus,
        "order-status",
        Stage::Wait,
        ("/konto/bestellung", "Order status"),
        &[way(OrderStatus, 20, Days(1, 3)), way(Waits, 80, Days(0, 3))],
    ),
    cloud(
        DeliveryPostponed,
        "delivery-postponed",
        Stage::Wait,
        (Desk::Orders, "delivery_postponed", Kind::Promise, "mail", Tells::DeliveryDate),
        &[
            way(DeliveryCall, 40, Days(0, 2)),
            way(Waits, 56, Days(0, 3)),
            way(OrderCancelled, 4, Days(0, 3)).habit(Habit::Displeased),
        ],
    ),
    call(
        DeliveryCall,
        "hotline",
        Stage::Wait,
        ("delivery_call", Topic::Delivery),
        &[way(Waits, 95, Days(0, 3)), way(OrderCancelled, 5, Days(0, 2)).habit(Habit::Displeased)],
    ),
    cloud(
        OrderCancelled,
        "withdrawal",
        Stage::Leave,
        (Desk::Orders, "order_cancelled", Kind::Outcome, "phone", Tells::Order),
        &[way(GivesUp, 100, Days(0, 2))],
    ),
    cloud(
        Delivered,
        "handover",
        Stage::Wait,
        (Desk::Orders, "bike_delivered", Kind::Interaction, "delivery", Tells::Nothing),
        &[way(SetUpGuide, 30, Soon), way(AppInstalled, 45, Soon).when(When::WithoutApp), way(Riding, 25, Days(0, 3))],
    )
    .effect(Effect::GetsBike),
    till(
        Collected,
        "handover",
        Stage::Wait,
        ("Abholung", (0, 0)),
        &[
            way(AppInstalled, 60, Soon).when(When::WithoutApp),
            way(SetUpGuide, 15, Days(0, 1)),
            way(Riding, 25, Days(0, 3)),
        ],
    )
    .effect(Effect::GetsBike),
];
