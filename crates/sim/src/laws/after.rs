//! The bike is there: set-up, riding, service, complaints, accessories, recommendation, leaving.

use model::Kind;

use super::{Step::*, call, cloud, law, mail_opened, page, silent, till, track};
use crate::calendar::Rhythm;
use crate::law::After::{Beat, Days, Soon};
use crate::law::{Desk, Effect, Habit, Law, Stage, Tells, Topic, Trace, When, way};

pub(super) const LAWS: &[Law] = &[
    page(
        SetUpGuide,
        "help",
        Stage::Use,
        ("/hilfe/erste-schritte", "Set-up guide"),
        &[
            way(AppInstalled, 60, Soon).when(When::WithoutApp),
            way(ServiceCall, 5, Days(0, 2)),
            way(Riding, 35, Days(0, 3)),
        ],
    ),
    law(
        AppInstalled,
        "app-set-up",
        Stage::Use,
        Trace::AppTrack { event: "Application Installed" },
        &[way(BikePaired, 82, Soon), way(AppHelp, 8, Soon), way(Riding, 10, Days(0, 3))],
    )
    .effect(Effect::InstallsApp),
    law(
        BikePaired,
        "app-set-up",
        Stage::Use,
        Trace::AppTrack { event: "Bike Paired" },
        &[way(FirstRide, 90, Days(0, 4)), way(Riding, 10, Days(1, 6))],
    )
    .effect(Effect::PairsBike),
    cloud(
        FirstRide,
        "ride",
        Stage::Use,
        (Desk::BikeCloud, "first_ride", Kind::DeviceSignal, "device", Tells::Ride),
        &[way(AppRides, 45, Soon), way(RecommendSurvey, 20, Days(6, 14)), way(Riding, 35, Days(1, 6))],
    )
    .rhythm(Rhythm::Ride),
    // The long time in which nothing has to happen.
    silent(
        Riding,
        Stage::Use,
        Rhythm::Ride,
        &[
            way(RideRecorded, 48, Days(3, 14)).when(When::Paired).habit(Habit::Riding),
            way(AppNavigation, 8, Days(3, 20)).when(When::WithApp).habit(Habit::Riding),
            way(Fault, 3, Days(10, 50)).when(When::Paired),
            way(BatteryLow, 5, Days(6, 30)).when(When::Paired).habit(Habit::Riding),
            way(ServiceReminder, 8, Days(50, 130)).when(When::Reachable),
            way(OwnerNewsletter, 10, Days(15, 45)).when(When::Reachable),
            way(AccessoryPage, 8, Days(8, 60)).habit(Habit::Web),
            way(AccessoryTill, 7, Days(8, 60)).habit(Habit::Shop),
            way(WorkshopCheckIn, 4, Days(30, 120)).habit(Habit::Shop),
            way(HelpPage, 4, Days(5, 40)),
            way(RecommendSurvey, 4, Days(10, 60)).when(When::Reachable),
            way(ReviewWritten, 3, Days(8, 40)).habit(Habit::Pleased),
            way(Complaint, 2, Days(5, 60)).habit(Habit::Displeased),
        ],
    ),
    cloud(
        RideRecorded,
        "ride",
        Stage::Use,
        (Desk::BikeCloud, "ride_summary", Kind::DeviceSignal, "device", Tells::Ride),
        &[
            way(RideRecorded, 46, Days(2, 9)).habit(Habit::Riding),
            way(AppRides, 24, Soon).when(When::WithApp),
            way(Fault, 2, Beat),
            way(Riding, 36, Days(1, 8)),
        ],
    )
    .rhythm(Rhythm::Ride),
    law(
        AppRides,
        "app-rides",
        Stage::Use,
        Trace::Screen { name: "My rides" },
        &[
            way(AppBattery, 22, Beat),
            way(FriendInvited, 4, Beat),
            way(AppNavigation, 10, Beat),
            way(Riding, 64, Days(1, 8)),
        ],
    ),
    law(
        AppNavigation,
        "app-rides",
        Stage::Use,
        Trace::Screen { name: "Navigation" },
        &[way(RideRecorded, 50, Soon).when(When::Paired), way(AppRides, 15, Soon), way(Riding, 35, Days(1, 8))],
    )
    .rhythm(Rhythm::Ride),
    law(
        AppBattery,
        "app-rides",
        Stage::Use,
        Trace::Screen { name: "Battery" },
        &[way(AppHelp, 8, Beat), way(Riding, 92, Days(1, 8))],
    ),
    cloud(
        BatteryLow,
        "",
        Stage::Use,
        (Desk::BikeCloud, "battery_low", Kind::DeviceSignal, "device", Tells::Ride),
        &[way(AppBattery, 40, Soon).when(When::WithApp), way(Riding, 60, Days(1, 8))],
    )
    .rhythm(Rhythm::Ride),
    cloud(
        Fault,
        "fault-signal",
        Stage::Service,
        (Desk::BikeCloud, "fault", Kind::DeviceSignal, "device", Tells::Fault),
        &[
            way(AppHelp, 40, Soon).when(When::WithApp),
            way(HelpPage, 20, Soon),
            way(ServiceCall, 25, Days(0, 2)),
            way(WorkshopCheckIn, 15, Days(0, 6)),
        ],
    )
    .rhythm(Rhythm::Ride),
    law(
        AppHelp,
        "help",
        Stage::Service,
        Trace::Screen { name: "Help" },
        &[
            way(ServiceCall, 22, Days(0, 1)),
            way(ServiceBookedApp, 28, Beat).when(When::WithApp),
            way(HelpPage, 10, Beat),
            way(Riding, 40, Days(1, 6)),
        ],
    ),
    page(
        HelpPage,
        "help",
        Stage::Service,
        ("/hilfe", "Help"),
        &[way(ServiceCall, 25, Days(0, 2)), way(ServiceBookedWeb, 20, Beat), way(Riding, 55, Days(1, 8))],
    ),
    call(
        ServiceCall,
        "hotline",
        Stage::Service,
        ("service_call", Topic::Trouble),
        &[
            way(WorkshopCheckIn, 50, Days(1, 8)),
            way(Riding, 42, Days(1, 8)),
            way(Complaint, 8, Days(2, 9)).habit(Habit::Displeased),
        ],
    ),
    call(
        Complaint,
        "complaint",
        Stage::Service,
        ("complaint", Topic::Trouble),
        &[
            way(WorkshopCheckIn, 45, Days(1, 6)),
            way(Complaint, 10, Days(3, 10)),
            way(BikeReturned, 10, Days(2, 10)).habit(Habit::Displeased),
            way(Riding, 33, Days(2, 12)),
        ],
    ),
    mail_opened(
        ServiceReminder,
        "service-reminder",
        Stage::Service,
        "service_reminder_opened",
        &[
            way(ServiceBookedApp, 40, Beat).when(When::WithApp),
            way(ServiceBookedWeb, 35, Beat).when(When::WithoutApp),
            way(WorkshopCheckIn, 10, Days(2, 12)).habit(Habit::Shop),
            way(Riding, 40, Days(3, 15)),
        ],
    ),
    law(
        ServiceBookedApp,
        "service-booking",
        Stage::Service,
        Trace::AppTrack { event: "Service Booked" },
        &[way(WorkshopCheckIn, 92, Days(2, 12)), way(Riding, 8, Days(5, 15))],
    ),
    track(
        ServiceBookedWeb,
        "service-booking",
        Stage::Service,
        ("/werkstatt/termin", "Service Booked"),
        &[way(WorkshopCheckIn, 92, Days(2, 12)), way(Riding, 8, Days(5, 15))],
    )
    .effect(Effect::LeavesMail),
    cloud(
        WorkshopCheckIn,
        "workshop-check-in",
        Stage::Service,
        (Desk::Workshop, "check_in", Kind::Interaction, "workshop", Tells::RepairDate),
        &[way(WorkshopCall, 25, Days(0, 2)), way(WorkshopDone, 75, Days(1, 5))],
    )
    .rhythm(Rhythm::Office),
    cloud(
        WorkshopCall,
        "hotline",
        Stage::Service,
        (Desk::Workshop, "approval_call", Kind::Conversation, "phone", Tells::Talk(Topic::Trouble)),
        &[way(WorkshopDone, 100, Days(1, 6))],
    ),
    cloud(
        WorkshopDone,
        "workshop-ready",
        Stage::Service,
        (Desk::Workshop, "repair_done", Kind::Interaction, "workshop", Tells::Nothing),
        &[way(WorkshopTill, 100, Days(0, 4))],
    ),
    till(
        WorkshopTill,
        "workshop-ready",
        Stage::Service,
        ("Werkstatt", (3_900, 28_900)),
        &[
            way(WorkshopSurvey, 35, Days(1, 4)).when(When::Reachable),
            way(AccessoryTill, 12, Soon),
            way(Complaint, 5, Days(1, 12)).habit(Habit::Displeased),
            way(Riding, 48, Days(1, 6)),
        ],
    ),
    cloud(
        WorkshopSurvey,
        "survey",
        Stage::Service,
        (Desk::Surveys, "workshop_csat", Kind::Feedback, "mail", Tells::Csat),
        &[way(Riding, 100, Days(1, 6))],
    )
    .rhythm(Rhythm::Online),
    cloud(
        RecommendSurvey,
        "survey",
        Stage::Use,
        (Desk::Surveys, "nps", Kind::Feedback, "mail", Tells::Nps),
        &[
            way(ReviewWritten, 14, Days(0, 2)).habit(Habit::Pleased),
            way(FriendInvited, 10, Days(0, 3)).when(When::WithApp).habit(Habit::Pleased),
            way(Riding, 76, Days(1, 8)),
        ],
    )
    .rhythm(Rhythm::Online),
    track(
        ReviewWritten,
        "recommendation",
        Stage::Use,
        ("/bewertung", "Review Submitted"),
        &[way(Riding, 100, Days(1, 10))],
    ),
    law(
        FriendInvited,
        "recommendation",
        Stage::Use,
        Trace::AppTrack { event: "Friend Invited" },
        &[way(Riding, 100, Days(1, 10))],
    ),
    page(
        AccessoryPage,
        "accessory-page",
        Stage::Use,
        ("/zubehoer/", "Accessory"),
        &[way(AccessoryPage, 30, Beat), way(AccessoryCart, 28, Beat), way(Riding, 42, Days(2, 14))],
    ),
    page(
        AccessoryCart,
        "cart",
        Stage::Use,
        ("/warenkorb", "Cart"),
        &[way(AccessoryOrder, 50, Beat), way(AccessoryPage, 25, Beat), way(Riding, 25, Days(2, 14))],
    ),
    cloud(
        AccessoryOrder,
        "accessory-purchase",
        Stage::Use,
        (Desk::Orders, "accessory_order", Kind::Outcome, "web", Tells::Accessory),
        &[way(Riding, 100, Days(3, 14))],
    ),
    till(
        AccessoryTill,
        "accessory-purchase",
        Stage::Use,
        ("Zubehör", (1_490, 17_900)),
        &[way(Riding, 100, Days(2, 14))],
    ),
    mail_opened(
        OwnerNewsletter,
        "newsletter-opened",
        Stage::Use,
        "newsletter_opened",
        &[way(AccessoryPage, 18, Beat), way(NewsletterEnded, 4, Beat), way(Riding, 78, Days(4, 20))],
    ),
    cloud(
        NewsletterEnded,
        "newsletter-subscription",
        Stage::Leave,
        (Desk::Mailing, "consent_withdrawn", Kind::Consent, "mail", Tells::Consent),
        &[
            way(Riding, 100, Days(5, 40)).when(When::WithBike),
            way(FallsSilent, 100, Days(5, 40)).when(When::WithoutBike),
        ],
    )
    .effect(Effect::Unsubscribes)
    .rhythm(Rhythm::Online),
    till(
        BikeReturned,
        "withdrawal",
        Stage::Leave,
        ("Rückgabe", (0, 0)),
        &[way(AppDeleted, 55, Days(0, 3)).when(When::WithApp), way(FallsSilent, 45, Days(1, 9))],
    )
    .effect(Effect::ReturnsBike),
    law(
        AppDeleted,
        "withdrawal",
        Stage::Leave,
        Trace::AppTrack { event: "Account Closed" },
        &[way(FallsSilent, 100, Days(1, 9))],
    )
    .effect(Effect::DropsApp),
    cloud(OfferMailed, "offer", Stage::Use, (Desk::Mailing, "offer_sent", Kind::Action, "mail", Tells::Offer), &[]),
    cloud(OfferCalled, "offer", Stage::Use, (Desk::CallCentre, "offer_call", Kind::Action, "phone", Tells::Offer), &[]),
    silent(FallsSilent, Stage::Leave, Rhythm::Online, &[]),
];
