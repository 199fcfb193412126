//! From the need to the decision: advertising, web, shop floor, second thoughts.

use model::Kind;

use super::{Step::*, call, cloud, law, led_page, mail_opened, page, silent, till, track};
use crate::calendar::Rhythm;
use crate::law::After::{Beat, Days, Ridden, Soon};
use crate::law::{Campaign, Desk, Effect, Habit, Law, Stage, Tells, Topic, Trace, When, way};

const SOCIAL: Campaign = Campaign { source: "social", medium: "paid_social", name: "spring-2026" };
const SEARCH: Campaign = Campaign { source: "search", medium: "cpc", name: "e-bike-brand" };
const POSTER: Campaign = Campaign { source: "poster", medium: "qr", name: "tram-stops" };
const NEWSLETTER: Campaign = Campaign { source: "newsletter", medium: "email", name: "monthly" };

pub(super) const LAWS: &[Law] = &[
    silent(
        NeedArises,
        Stage::Need,
        Rhythm::Online,
        &[
            // Contacts that made no need: whoever has one sees posters and advertisements too.
            way(PosterSeen, 8, Days(0, 6)),
            way(SocialAdSeen, 16, Days(0, 6)).habit(Habit::Web),
            way(SearchAdClicked, 30, Days(0, 3)).habit(Habit::Web),
            way(HomePage, 26, Days(0, 3)).habit(Habit::Web),
            way(ShopArrived, 14, Days(0, 8)).habit(Habit::Shop),
        ],
    ),
    silent(
        PosterSeen,
        Stage::Need,
        Rhythm::Online,
        &[
            way(PosterScanned, 30, Beat),
            way(HomePage, 30, Days(0, 3)).habit(Habit::Web),
            way(ShopArrived, 20, Days(1, 10)).habit(Habit::Shop),
            way(SocialAdSeen, 20, Days(0, 8)),
        ],
    ),
    silent(
        FriendAdvises,
        Stage::Need,
        Rhythm::Online,
        &[
            way(HomePage, 35, Days(0, 4)).habit(Habit::Web),
            way(ShopArrived, 40, Days(0, 9)).habit(Habit::Shop),
            way(SearchAdClicked, 25, Days(0, 4)).habit(Habit::Web),
        ],
    ),
    cloud(
        SocialAdSeen,
        "ad-seen",
        Stage::Need,
        (Desk::Ads, "social_ad_seen", Kind::Exposure, "social", Tells::Nothing),
        &[
            way(SocialAdSeen, 25, Days(1, 5)),
            way(SocialAdClicked, 18, Beat),
            way(HomePage, 22, Days(0, 5)).habit(Habit::Web),
            way(ShopArrived, 6, Days(1, 10)).habit(Habit::Shop),
            way(GivesUp, 15, Days(0, 1)),
        ],
    )
    .rhythm(Rhythm::Online),
    led_page(
        SocialAdClicked,
        "ad-click",
        ("/aktion/fruehling", "Spring offer"),
        &SOCIAL,
        &[way(CategoryPage, 40, Beat), way(ProductPage, 40, Beat), way(Hesitates, 20, Beat)],
    ),
    led_page(
        SearchAdClicked,
        "ad-click",
        ("/e-bikes", "Bikes"),
        &SEARCH,
        &[way(CategoryPage, 45, Beat), way(ProductPage, 40, Beat), way(Hesitates, 15, Beat)],
    ),
    led_page(
        PosterScanned,
        "poster-code",
        ("/hallo", "Hello"),
        &POSTER,
        &[
            way(HomePage, 40, Beat),
            way(ProductPage, 30, Beat),
            way(ShopFinder, 20, Beat).habit(Habit::Shop),
            way(Hesitates, 10, Beat),
        ],
    ),
    page(
        HomePage,
        "home-page",
        Stage::Consider,
        ("/", "Home"),
        &[
            way(CategoryPage, 50, Beat),
            way(ProductPage, 15, Beat),
            way(BikeFinder, 12, Beat),
            way(ShopFinder, 8, Beat).habit(Habit::Shop),
            way(MagazineRead, 7, Beat),
            way(Hesitates, 8, Beat),
        ],
    ),
    page(
        CategoryPage,
        "category-page",
        Stage::Consider,
        ("/e-bikes", "Bikes"),
        &[way(ProductPage, 82, Beat), way(BikeFinder, 5, Beat), way(Hesitates, 13, Beat)],
    ),
    page(
        ProductPage,
        "product-page",
        Stage::Consider,
        ("/e-bikes/", "Bike"),
        &[
            way(CategoryPage, 16, Beat),
            way(ReviewsOpened, 12, Beat),
            way(CartAdded, 17, Beat).habit(Habit::Web),
            way(Configurator, 8, Beat),
            way(LeasingCalculator, 6, Beat),
            way(ShopFinder, 7, Beat).habit(Habit::Shop),
            way(TestRideBooked, 5, Beat).habit(Habit::Shop),
            way(WishlistAdded, 5, Beat),
            way(WebChat, 3, Beat),
            way(Hesitates, 21, Beat),
        ],
    ),
    track(
        ReviewsOpened,
        "",
        Stage::Consider,
        ("/e-bikes/", "Reviews Opened"),
        &[way(ProductPage, 70, Beat), way(CartAdded, 10, Beat).habit(Habit::Web), way(Hesitates, 20, Beat)],
    ),
    page(
        BikeFinder,
        "configurator",
        Stage::Consider,
        ("/beratung/finder", "Bike finder"),
        &[way(ProductPage, 75, Beat), way(SalesCall, 5, Days(0, 2)), way(Hesitates, 20, Beat)],
    ),
    page(
        Configurator,
        "configurator",
        Stage::Consider,
        ("/konfigurator", "Configurator"),
        &[
            way(CartAdded, 35, Beat).habit(Habit::Web),
            way(ProductPage, 30, Beat),
            way(LeasingCalculator, 10, Beat),
            way(Hesitates, 25, Beat),
        ],
    ),
    page(
        LeasingCalculator,
        "leasing-calculator",
        Stage::Consider,
        ("/leasing", "Leasing"),
        &[
            way(ProductPage, 45, Beat),
            way(SalesCall, 12, Days(0, 3)),
            way(CartAdded, 8, Beat).habit(Habit::Web),
            way(Hesitates, 35, Beat),
        ],
    ),
    page(
        MagazineRead,
        "",
        Stage::Consider,
        ("/magazin/", "Magazine"),
        &[way(ProductPage, 40, Beat), way(NewsletterSignup, 25, Beat), way(Hesitates, 35, Beat)],
    ),
    track(
        NewsletterSignup,
        "newsletter-subscription",
        Stage::Consider,
        ("/newsletter", "Newsletter Subscribed"),
        &[way(ProductPage, 50, Beat), way(Hesitates, 50, Beat)],
    )
    .effect(Effect::LeavesMail),
    track(
        WishlistAdded,
        "wishlist",
        Stage::Consider,
        ("/e-bikes/", "Product Added to Wishlist"),
        &[way(ProductPage, 40, Beat), way(Hesitates, 60, Beat)],
    ),
    page(
        ShopFinder,
        "shop-finder",
        Stage::Consider,
        ("/filialen", "Shops"),
        &[
            way(ShopArrived, 45, Days(0, 7)).habit(Habit::Shop),
            way(TestRideBooked, 25, Beat).habit(Habit::Shop),
            way(ProductPage, 12, Beat),
            way(Hesitates, 18, Beat),
        ],
    ),
    track(
        TestRideBooked,
        "test-ride-booking",
        Stage::Consider,
        ("/probefahrt", "Test Ride Booked"),
        &[way(ShopArrived, 85, Days(1, 9)), way(Hesitates, 15, Days(0, 4))],
    )
    .effect(Effect::LeavesMail),
    cloud(
        WebChat,
        "web-chat",
        Stage::Consider,
        (Desk::WebChat, "chat", Kind::Conversation, "chat", Tells::Talk(Topic::Sales)),
        &[
            way(ProductPage, 45, Soon),
            way(CartAdded, 20, Soon).habit(Habit::Web),
            way(ShopArrived, 10, Days(0, 6)).habit(Habit::Shop),
            way(Hesitates, 25, Soon),
        ],
    )
    .rhythm(Rhythm::Online),
    call(
        SalesCall,
        "hotline",
        Stage::Consider,
        ("sales_call", Topic::Sales),
        &[
            way(ShopArrived, 40, Days(0, 8)).habit(Habit::Shop),
            way(ProductPage, 30, Days(0, 2)).habit(Habit::Web),
            way(Hesitates, 30, Days(0, 1)),
        ],
    ),
    // Second thoughts: the ways back, each through another door.
    silent(
        Hesitates,
        Stage::Consider,
        Rhythm::Online,
        &[
            way(ProductPage, 16, Days(1, 9)).habit(Habit::Web),
            way(HomePage, 14, Days(1, 14)).habit(Habit::Web),
            way(RetargetingSeen, 12, Days(0, 4)),
            way(NewsletterOpened, 14, Days(1, 20)).when(When::Reachable),
            way(ShopArrived, 9, Days(1, 12)).habit(Habit::Shop),
            way(SalesCall, 3, Days(0, 6)),
            way(SearchAdClicked, 6, Days(1, 10)).habit(Habit::Web),
            way(GivesUp, 11, Days(2, 20)),
        ],
    ),
    cloud(
        RetargetingSeen,
        "ad-seen",
        Stage::Consider,
        (Desk::Ads, "retargeting_ad_seen", Kind::Exposure, "display", Tells::Nothing),
        &[
            way(RetargetingSeen, 20, Days(0, 3)),
            way(ProductPage, 35, Days(0, 3)).habit(Habit::Web),
            way(Hesitates, 45, Days(0, 3)),
        ],
    )
    .rhythm(Rhythm::Online),
    mail_opened(
        NewsletterOpened,
        "newsletter-opened",
        Stage::Consider,
        "newsletter_opened",
        &[way(NewsletterClicked, 40, Beat), way(Hesitates, 55, Days(0, 1)), way(NewsletterEnded, 5, Beat)],
    ),
    led_page(
        NewsletterClicked,
        "newsletter-click",
        ("/aktion/newsletter", "Newsletter offer"),
        &NEWSLETTER,
        &[way(ProductPage, 55, Beat), way(CategoryPage, 25, Beat), way(CartViewed, 8, Beat), way(Hesitates, 12, Beat)],
    ),
    till(
        ShopArrived,
        "shop-reception",
        Stage::Consider,
        ("Empfang", (0, 0)),
        &[way(ShopTalk, 85, Soon), way(Hesitates, 15, Soon)],
    ),
    cloud(
        ShopTalk,
        "shop-talk",
        Stage::Consider,
        (Desk::ShopFloor, "sales_talk", Kind::Conversation, "shop", Tells::Talk(Topic::Sales)),
        &[
            way(CardHandedOut, 46, Beat).when(When::WithoutCard),
            way(TestRide, 46, Soon).when(When::WithCard),
            way(ShopPurchase, 9, Soon).habit(Habit::Shop),
            way(ProductPage, 10, Days(0, 4)).habit(Habit::Web),
            way(Hesitates, 14, Soon),
        ],
    )
    .rhythm(Rhythm::Shop),
    // Nobody rides a bike of the shop without showing who they are.
    law(CardHandedOut, "", Stage::Consider, Trace::None, &[way(TestRide, 90, Soon), way(Hesitates, 10, Soon)])
        .effect(Effect::GetsCard)
        .rhythm(Rhythm::Shop),
    till(TestRide, "test-ride", Stage::Consider, ("Probefahrt", (0, 0)), &[way(TalkAfterRide, 100, Ridden)]),
    cloud(
        TalkAfterRide,
        "shop-talk",
        Stage::Consider,
        (Desk::ShopFloor, "closing_talk", Kind::Conversation, "shop", Tells::Talk(Topic::Sales)),
        &[
            way(ShopPurchase, 34, Soon).habit(Habit::Shop),
            way(ProductPage, 26, Days(0, 5)).habit(Habit::Web),
            way(Hesitates, 30, Soon),
            way(GivesUp, 10, Days(0, 1)).habit(Habit::Displeased),
        ],
    )
    .rhythm(Rhythm::Shop),
    silent(
        GivesUp,
        Stage::Leave,
        Rhythm::Online,
        &[
            way(NoBuySurvey, 16, Days(2, 9)).when(When::Reachable),
            way(NeedArises, 24, Days(45, 200)),
            way(FriendAdvises, 12, Days(45, 200)),
            way(FallsSilent, 56, Days(1, 30)),
        ],
    ),
    cloud(
        NoBuySurvey,
        "survey",
        Stage::Leave,
        (Desk::Surveys, "no_buy_reason", Kind::Feedback, "mail", Tells::NoBuy),
        &[way(NeedArises, 25, Days(60, 240)), way(FallsSilent, 75, Days(1, 30))],
    )
    .rhythm(Rhythm::Online),
];
