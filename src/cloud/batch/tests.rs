//! Tests of `batch.rs`.

use std::collections::BTreeSet;

use super::*;

/// A service with some objects, which writes down how it was asked.
#[derive(Clone)]
struct Fake(Arc<Mutex<Service>>);

#[derive(Default)]
struct Service {
    objects: BTreeSet<String>,
    /// Ids that make a batch fail.
    poison: BTreeSet<String>,
    listing_fails: bool,
    auth_fails: bool,
    /// The id whose call never ends.
    hangs: Option<String>,
    calls: Vec<String>,
}

impl Fake {
    fn with(objects: impl IntoIterator<Item = String>) -> Self {
        Self(Arc::new(Mutex::new(Service { objects: objects.into_iter().collect(), ..Service::default() })))
    }

    fn many(count: usize) -> Self {
        Self::with((0..count).map(id))
    }

    fn set(&self, change: impl FnOnce(&mut Service)) {
        change(&mut self.0.lock().unwrap());
    }

    fn calls(&self) -> Vec<String> {
        self.0.lock().unwrap().calls.clone()
    }

    async fn called(&self, call: String) -> Result<()> {
        self.0.lock().unwrap().calls.push(call);
        time::sleep(Duration::from_millis(20)).await;
        if self.0.lock().unwrap().auth_fails {
            return Err(Error::new(Class::Auth, "refused"));
        }
        Ok(())
    }
}

impl Listing for Fake {
    type Item = String;
    const IDS: usize = 100;
    const PAGE: usize = 100;
    const ACTION: Option<&'static str> = Some("DescribeTunnels");

    fn id(item: &String) -> Option<&str> {
        Some(item)
    }

    async fn by_ids(&self, _: &Ctx, _: &str, ids: &[String]) -> Result<Vec<String>> {
        self.called(format!("{} ids", ids.len())).await?;
        let service = self.0.lock().unwrap();
        if ids.iter().any(|id| service.poison.contains(id)) {
            return Err(Error::new(Class::NotFound, "one of them"));
        }
        Ok(ids.iter().filter(|id| service.objects.contains(*id)).cloned().collect())
    }

    async fn one(&self, _: &Ctx, _: &str, id: &str) -> Result<Option<String>> {
        self.called(id.to_owned()).await?;
        let hangs = self.0.lock().unwrap().hangs.as_deref() == Some(id);
        if hangs {
            future::pending::<()>().await;
        }
        Ok(self.0.lock().unwrap().objects.get(id).cloned())
    }

    async fn page(&self, _: &Ctx, _: &str, offset: usize) -> Result<Page<String>> {
        self.called(format!("page {offset}")).await?;
        let service = self.0.lock().unwrap();
        if service.listing_fails {
            return Err(Error::new(Class::Auth, "not allowed to list"));
        }
        let items = service.objects.iter().skip(offset).take(Self::PAGE).cloned().collect();
        Ok(Page { items: Some(items), total: Some(service.objects.len() as i64) })
    }
}

fn id(number: usize) -> String {
    format!("vpnx-{number:05}")
}

fn ctx() -> Ctx {
    Ctx::new(Duration::from_secs(60), CancellationToken::new())
}

/// Reads as Terraform does: ten at a time.
async fn refresh(reader: &Reader<Fake>, fake: &Fake, ids: impl IntoIterator<Item = String>) -> Vec<Option<String>> {
    let ctx = ctx();
    let reads = ids.into_iter().map(|id| {
        let (reader, ctx) = (reader.clone(), ctx.clone());
        async move { reader.read(fake, &ctx, "r", &id).await.unwrap() }
    });
    stream::iter(reads).buffered(10).collect().await
}

#[tokio::test(start_paused = true)]
async fn a_lone_read_is_one_call_after_a_short_wait() {
    let (reader, fake) = (Reader::default(), Fake::many(5));
    let started = Instant::now();
    assert_eq!(reader.read(&fake, &ctx(), "r", &id(3)).await.unwrap(), Some(id(3)));
    assert_eq!(fake.calls(), [id(3)]);
    assert!(started.elapsed() <= Duration::from_millis(20) + WINDOW);
}

#[tokio::test(start_paused = true)]
async fn reads_that_arrive_together_are_one_call() {
    let (reader, fake) = (Reader::default(), Fake::many(10));
    assert_eq!(refresh(&reader, &fake, (0..10).map(id)).await.len(), 10);
    assert_eq!(fake.calls(), ["10 ids"]);
}

#[tokio::test(start_paused = true)]
async fn ids_that_come_while_a_call_is_under_way_share_the_next() {
    let (reader, fake) = (Reader::<Fake>::default(), Fake::many(10));
    let ctx = ctx();
    // One after the other, further apart than ids wait for each other, and all within the 20 ms of the first call.
    let reads = (0..6_u32).map(|i| {
        let (reader, fake, ctx) = (&reader, &fake, &ctx);
        async move {
            time::sleep(WINDOW * i + Duration::from_micros(100) * i).await;
            reader.read(fake, ctx, "r", &id(i as usize)).await.unwrap().unwrap()
        }
    });
    assert_eq!(future::join_all(reads).await, (0..6).map(id).collect::<Vec<_>>());
    assert_eq!(fake.calls(), [id(0), "5 ids".to_owned()]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_does_not_hold_up_the_others_for_long() {
    let (reader, fake) = (Reader::<Fake>::default(), Fake::many(10));
    fake.set(|service| service.hangs = Some(id(0)));
    let ctx = ctx();
    let (first, second) = (id(0), id(1));
    let hanging = reader.read(&fake, &ctx, "r", &first);
    let other = async {
        time::sleep(WINDOW * 2).await;
        let started = Instant::now();
        assert!(reader.read(&fake, &ctx, "r", &second).await.unwrap().is_some());
        started.elapsed()
    };
    let (hung, took) = future::join(hanging, other).await;
    assert_eq!(hung.unwrap_err().class(), Class::Timeout);
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_costs_no_more_than_its_pages_and_five() {
    for count in [1, 10, 30, 100, 500, 2000] {
        let (reader, fake) = (Reader::default(), Fake::many(count));
        // Not in the order of the listing.
        let ids = (0..count).map(|i| id((i * 7919) % count));
        let read = refresh(&reader, &fake, ids).await;
        assert!(read.iter().all(Option::is_some));
        assert!(fake.calls().len() <= count.div_ceil(100) + 5, "{count}: {:?}", fake.calls());
    }
}

#[tokio::test(start_paused = true)]
async fn a_small_configuration_does_not_list_a_large_account() {
    let (reader, fake) = (Reader::default(), Fake::many(10_000));
    refresh(&reader, &fake, (0..5).map(id)).await;
    assert_eq!(fake.calls(), ["5 ids"]);
    refresh(&reader, &fake, (5..60).map(id)).await;
    let pages: Vec<_> = fake.calls().into_iter().filter(|call| call.starts_with("page")).collect();
    assert_eq!(pages.len(), 1, "one page shows that it is too large: {:?}", fake.calls());
}

/// The same service with an API that takes one id at a time.
#[derive(Clone)]
struct Single(Fake);

impl Listing for Single {
    type Item = String;
    const IDS: usize = 1;
    const PAGE: usize = Fake::PAGE;

    fn id(item: &String) -> Option<&str> {
        Fake::id(item)
    }

    async fn one(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<String>> {
        self.0.one(ctx, region, id).await
    }

    async fn page(&self, ctx: &Ctx, region: &str, offset: usize) -> Result<Page<String>> {
        self.0.page(ctx, region, offset).await
    }
}

#[tokio::test(start_paused = true)]
async fn reads_that_come_during_the_first_page_count_for_the_rest() {
    let (reader, fake) = (Reader::default(), Single(Fake::many(500)));
    let ctx = ctx();
    // Two reads are worth two hundred objects; ten of them, though they take their time, the whole listing.
    let reads = (0..10_u32).map(|i| {
        let (reader, fake, ctx) = (&reader, &fake, &ctx);
        async move {
            time::sleep(WINDOW * 2 * i).await;
            reader.read(fake, ctx, "r", &id(499 - i as usize)).await.unwrap()
        }
    });
    assert!(future::join_all(reads).await.iter().all(Option::is_some));
    let pages = ["page 0", "page 100", "page 200", "page 300", "page 400"];
    assert_eq!(fake.0.calls(), [&[id(499).as_str()][..], &pages].concat());
}

#[tokio::test(start_paused = true)]
async fn what_a_batch_does_not_return_is_asked_for_alone() {
    let (reader, fake) = (Reader::default(), Fake::many(3));
    assert_eq!(refresh(&reader, &fake, [0, 1, 7].map(id)).await, [Some(id(0)), Some(id(1)), None]);
    assert_eq!(fake.calls(), ["3 ids".to_owned(), id(7)]);
}

#[tokio::test(start_paused = true)]
async fn one_bad_id_does_not_fail_the_others() {
    let (reader, fake) = (Reader::default(), Fake::many(8));
    fake.set(|service| {
        service.poison.insert(id(5));
        service.objects.remove(&id(5));
    });
    let read = refresh(&reader, &fake, (0..8).map(id)).await;
    assert_eq!(read.iter().filter(|item| item.is_some()).count(), 7);
    assert_eq!(read[5], None);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_is_not_about_an_id_reaches_everybody() {
    let (reader, fake) = (Reader::<Fake>::default(), Fake::many(3));
    fake.set(|service| service.auth_fails = true);
    let ctx = ctx();
    let (a, b) = (id(0), id(1));
    let (a, b) = future::join(reader.read(&fake, &ctx, "r", &a), reader.read(&fake, &ctx, "r", &b)).await;
    assert_eq!((a.unwrap_err().class(), b.unwrap_err().class()), (Class::Auth, Class::Auth));
    assert_eq!(fake.calls(), ["2 ids"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_listed_is_asked_for_before_it_counts_as_gone() {
    let (reader, fake) = (Reader::default(), Fake::many(100));
    let read = refresh(&reader, &fake, (0..100).map(|i| if i == 50 { id(777) } else { id(i) })).await;
    assert_eq!(read.iter().filter(|item| item.is_none()).count(), 1);
    assert!(fake.calls().contains(&id(777)), "{:?}", fake.calls());
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_is_not_served_after_a_write() {
    let (reader, fake) = (Reader::default(), Fake::many(300));
    refresh(&reader, &fake, (0..100).map(id)).await;
    let before = fake.calls().len();
    reader.read(&fake, &ctx(), "r", &id(200)).await.unwrap();
    assert_eq!(fake.calls().len(), before, "served from the snapshot");
    reader.written("r");
    reader.read(&fake, &ctx(), "r", &id(201)).await.unwrap();
    assert_eq!(fake.calls().len(), before + 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_during_the_listing_spoils_it() {
    let (reader, fake) = (Reader::<Fake>::default(), Fake::many(200));
    refresh(&reader, &fake, (0..region::MANY).map(id)).await;
    let ctx = ctx();
    let wanted = id(150);
    let read = reader.read(&fake, &ctx, "r", &wanted);
    let write = async {
        time::sleep(Duration::from_millis(10)).await;
        assert!(fake.calls().last().unwrap().starts_with("page"));
        fake.set(|service| assert!(service.objects.remove(&id(150))));
        reader.written("r");
    };
    let (read, ()) = future::join(read, write).await;
    assert_eq!(read.unwrap(), None);
    assert_eq!(fake.calls().last(), Some(&id(150)));
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_grows_old() {
    let (reader, fake) = (Reader::default(), Fake::many(300));
    refresh(&reader, &fake, (0..100).map(id)).await;
    let before = fake.calls().len();
    time::sleep(region::PAUSE).await;
    reader.read(&fake, &ctx(), "r", &id(200)).await.unwrap();
    assert_eq!(fake.calls()[before..], [id(200)]);
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_lives_while_reads_go_on_and_not_for_ever() {
    let (reader, fake) = (Reader::<Fake>::default(), Fake::many(5000));
    // Terraform's own work goes on between the reads: all of them together take two minutes.
    for wave in 0..500 {
        let read = refresh(&reader, &fake, (wave * 10..wave * 10 + 10).map(id)).await;
        assert!(read.iter().all(Option::is_some));
        time::sleep(Duration::from_millis(240)).await;
    }
    assert!(fake.calls().len() <= 55, "{} calls", fake.calls().len());

    let (reader, fake) = (Reader::<Fake>::default(), Fake::many(300));
    refresh(&reader, &fake, (0..100).map(id)).await;
    let (before, started) = (fake.calls().len(), Instant::now());
    for n in 100.. {
        time::sleep(region::PAUSE / 2).await;
        reader.read(&fake, &ctx(), "r", &id(n)).await.unwrap();
        if fake.calls().len() > before {
            break;
        }
    }
    let age = started.elapsed();
    assert!(age >= region::OLDEST - region::PAUSE && age <= region::OLDEST + region::PAUSE, "{age:?}");
}

#[tokio::test(start_paused = true)]
async fn a_listing_without_end_is_given_up() {
    /// Full pages for ever, of the same ids or of new ones.
    #[derive(Clone)]
    struct Endless {
        fake: Fake,
        total: i64,
        rows: usize,
        new: bool,
    }
    impl Listing for Endless {
        type Item = String;
        const IDS: usize = 1;
        const PAGE: usize = 100;
        fn id(item: &String) -> Option<&str> {
            Some(item)
        }
        async fn one(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<String>> {
            self.fake.one(ctx, region, id).await
        }
        async fn page(&self, _: &Ctx, _: &str, offset: usize) -> Result<Page<String>> {
            self.fake.called(format!("page {offset}")).await?;
            let from = if self.new { offset } else { 0 };
            Ok(Page { items: Some((from..from + self.rows).map(id).collect()), total: Some(self.total) })
        }
    }
    for (total, rows, new, most) in [
        (1_000_000_000, 100, true, 1),
        (1_000_000_000, 100, false, 1),
        (-1, 100, true, 1),
        (5000, 100, false, 4),
        (5000, 1000, true, 1),
    ] {
        let endless = Endless { fake: Fake::many(100), total, rows, new };
        let reader = Reader::default();
        let ctx = ctx();
        let ids: Vec<_> = (0..100).map(id).collect();
        let reads = ids.iter().map(|id| reader.read(&endless, &ctx, "r", id));
        assert!(future::join_all(reads).await.into_iter().all(|read| read.unwrap().is_some()));
        let pages = endless.fake.calls().iter().filter(|call| call.starts_with("page")).count();
        assert!(pages <= most, "{total} {rows} {new}: {pages} pages");
    }
}

#[tokio::test(start_paused = true)]
async fn waits_are_never_served_from_a_snapshot() {
    let (reader, fake) = (Reader::default(), Fake::many(300));
    refresh(&reader, &fake, (0..100).map(id)).await;
    let before = fake.calls().len();
    let ctx = ctx();
    let polls = (200..250).map(|i| {
        let (reader, ctx, fake) = (&reader, &ctx, &fake);
        async move { reader.now(fake, ctx, "r", &id(i)).await.unwrap().unwrap() }
    });
    future::join_all(polls).await;
    assert_eq!(fake.calls()[before..], ["50 ids"], "one call for all that wait");
}

#[tokio::test(start_paused = true)]
async fn without_permission_to_list_reads_go_by_id() {
    let (reader, fake) = (Reader::default(), Fake::many(100));
    fake.set(|service| service.listing_fails = true);
    let read = refresh(&reader, &fake, (0..100).map(id)).await;
    assert!(read.iter().all(Option::is_some));
    assert_eq!(fake.calls().iter().filter(|call| call.starts_with("page")).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn regions_do_not_mix() {
    let (reader, fake) = (Reader::<Fake>::default(), Fake::many(2));
    let ctx = ctx();
    let (a, b) = (id(0), id(1));
    let (a, b) = future::join(reader.read(&fake, &ctx, "r", &a), reader.read(&fake, &ctx, "s", &b)).await;
    assert!(a.unwrap().is_some() && b.unwrap().is_some());
    assert_eq!(fake.calls().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_gives_up_does_not_disturb_the_others() {
    let (reader, fake) = (Reader::<Fake>::default(), Fake::many(2));
    let cancel = CancellationToken::new();
    let impatient = Ctx::new(Duration::from_secs(60), cancel.clone());
    let patient = ctx();
    cancel.cancel();
    let (a, b) = (id(0), id(1));
    let (a, b) = future::join(reader.read(&fake, &impatient, "r", &a), reader.read(&fake, &patient, "r", &b)).await;
    assert_eq!(a.unwrap_err().class(), Class::Cancelled);
    assert!(b.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_read_that_is_given_up_says_what_was_asked_for_and_where() {
    let (reader, fake) = (Reader::<Fake>::default(), Fake::many(1));
    fake.set(|service| service.hangs = Some(id(0)));
    for place in ["r", "r/vpngw-1"] {
        let ctx = ctx().with_timeout(Duration::from_secs(1));
        let error = reader.read(&fake, &ctx, place, &id(0)).await.unwrap_err();
        assert_eq!(error.class(), Class::Timeout);
        assert_eq!(error.to_string(), "DescribeTunnels in r: gave up reading vpnx-00000");
    }
}

/// The same service without lists of ids.
#[derive(Clone)]
struct OneByOne(Fake);

impl Listing for OneByOne {
    type Item = String;
    const IDS: usize = 1;
    const PAGE: usize = Fake::PAGE;

    fn id(item: &String) -> Option<&str> {
        Some(item)
    }

    async fn one(&self, ctx: &Ctx, region: &str, id: &str) -> Result<Option<String>> {
        self.0.one(ctx, region, id).await
    }

    async fn page(&self, ctx: &Ctx, region: &str, offset: usize) -> Result<Page<String>> {
        self.0.page(ctx, region, offset).await
    }
}

/// Waits for these together.
async fn listed(
    reader: &Reader<OneByOne>,
    fake: &Fake,
    ids: impl IntoIterator<Item = usize>,
) -> Vec<Result<Option<String>>> {
    let (ctx, by_id) = (ctx(), OneByOne(fake.clone()));
    let ids: Vec<_> = ids.into_iter().map(id).collect();
    future::join_all(ids.iter().map(|id| reader.listed(&by_id, &ctx, "r", id))).await
}

#[tokio::test(start_paused = true)]
async fn several_are_looked_for_on_pages_where_these_are_fewer() {
    for (objects, wanted, calls) in [
        (50, 0..1, vec![id(0)]),
        (50, 0..2, vec!["page 0".to_owned()]),
        (250, 98..104, vec!["page 0".into(), "page 100".into(), "page 200".into()]),
        // Of the two that the first page does not show, each for itself is no more.
        (250, 98..102, vec!["page 0".into(), id(100), id(101)]),
    ] {
        let (reader, fake) = (Reader::default(), Fake::many(objects));
        let found = listed(&reader, &fake, wanted.clone()).await;
        assert!(found.iter().zip(wanted).all(|(found, wanted)| found.as_ref().unwrap() == &Some(id(wanted))));
        assert_eq!(fake.calls(), calls);
    }
}

#[tokio::test(start_paused = true)]
async fn pages_are_not_read_again_where_they_were_too_many() {
    let (reader, fake) = (Reader::default(), Fake::many(900));
    for _ in 0..3 {
        listed(&reader, &fake, 0..5).await;
    }
    assert_eq!(fake.calls().iter().filter(|call| call.starts_with("page")).count(), 1, "{:?}", fake.calls());
}

#[tokio::test(start_paused = true)]
async fn what_no_page_shows_is_asked_for_by_itself() {
    let (reader, fake) = (Reader::default(), Fake::many(3));
    let found = listed(&reader, &fake, 2..4).await;
    assert_eq!(found.into_iter().map(Result::unwrap).collect::<Vec<_>>(), [Some(id(2)), None]);
    assert_eq!(fake.calls(), ["page 0".to_owned(), id(3)]);
}

#[tokio::test(start_paused = true)]
async fn where_listing_is_not_allowed_each_is_asked_for_by_itself() {
    let (reader, fake) = (Reader::default(), Fake::many(3));
    fake.set(|service| service.listing_fails = true);
    for _ in 0..2 {
        assert!(listed(&reader, &fake, 0..3).await.into_iter().all(|found| found.unwrap().is_some()));
    }
    assert_eq!(fake.calls().iter().filter(|call| call.starts_with("page")).count(), 1, "{:?}", fake.calls());
}

#[tokio::test(start_paused = true)]
async fn what_is_only_wanted_as_shown_is_not_asked_for_again() {
    let (reader, fake, ctx) = (Reader::default(), Fake::many(3), ctx());
    let (gone, there) = (id(7), id(1));
    let shown = future::join(reader.shown(&fake, &ctx, "r", &gone), reader.shown(&fake, &ctx, "r", &there)).await;
    assert_eq!((shown.0.unwrap(), shown.1.unwrap()), (Shown::Unseen, Shown::There(id(1))));
    assert_eq!(fake.calls(), ["2 ids"]);
    // Not by those who want to be sure either.
    let both = future::join(reader.shown(&fake, &ctx, "r", &gone), reader.now(&fake, &ctx, "r", &there)).await;
    assert!(both.0.unwrap() == Shown::Unseen && both.1.unwrap().is_some());
    assert_eq!(fake.calls().len(), 2);
    let sure = future::join(reader.now(&fake, &ctx, "r", &gone), reader.now(&fake, &ctx, "r", &there)).await;
    assert!(sure.0.unwrap().is_none());
    assert_eq!(fake.calls()[2..], ["2 ids".to_owned(), gone.clone()]);
    assert_eq!(reader.shown(&fake, &ctx, "r", &gone).await.unwrap(), Shown::Gone, "alone, it is clear");
}
