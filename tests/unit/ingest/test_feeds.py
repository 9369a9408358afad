"""RSS, Atom, RDF and CDF in, article documents out."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.ingest.documents import BODY_MAX, SUMMARY_MAX, ArticleDocument, Rejection
from recommender.ingest.feeds import FeedReading, read_feed
from recommender.ingest.jsonl import read_json_line

PLACE = "https://a.example/feed"


def rss(*items: str, channel: str = "<title>The Daily</title>") -> FeedReading:
    body = "".join(f"<item>{item}</item>" for item in items)
    namespaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:media="http://search.yahoo.com/mrss/"'
    )
    text = f'<rss version="2.0" {namespaces}><channel>{channel}{body}</channel></rss>'
    return read_feed(text.encode(), PLACE)


def atom(entry: str) -> FeedReading:
    text = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{entry}</entry></feed>'
    return read_feed(text.encode(), PLACE)


def only(reading: FeedReading) -> ArticleDocument:
    assert reading.rejections == ()
    (document,) = reading.documents
    return document


def only_rejection(reading: FeedReading) -> Rejection:
    assert reading.documents == ()
    (rejection,) = reading.rejections
    return rejection


def hashed(name: str) -> str:
    return "f-" + hashlib.sha256(f"{PLACE}\n{name}".encode()).hexdigest()[:32]


def test_an_rss_item_fills_the_document() -> None:
    reading = rss(
        """<title>Rain &amp;amp; wind</title><guid isPermaLink="false">tag:a.example,2026:1</guid>
        <link>https://a.example/1</link><description>&lt;p&gt;It rains.&lt;/p&gt;</description>
        <content:encoded>&lt;p&gt;It rains.&lt;/p&gt;&lt;p&gt;A lot.&lt;/p&gt;</content:encoded>
        <category>Weather</category><category>North</category><author>jo@a.example (Jo)</author>
        <pubDate>Sat, 31 Jan 2026 10:00:00 +0100</pubDate>
        <media:thumbnail url="https://a.example/1.jpg"/>""",
        channel="<title>The Daily</title><language>en_GB</language>",
    )
    assert (reading.format, reading.title) == ("rss20", "The Daily")
    assert only(reading) == ArticleDocument(
        id="tag:a.example,2026:1",
        title="Rain & wind",
        url="https://a.example/1",
        summary="It rains.",
        body="It rains.\n\nA lot.",
        category="weather",
        tags=["weather", "north"],
        source="The Daily",
        author="Jo",
        language="en-GB",
        image="https://a.example/1.jpg",
        published_at=datetime(2026, 1, 31, 9, tzinfo=UTC),
    )


def test_an_atom_entry_fills_the_document() -> None:
    document = only(
        atom(
            """<id>tag:a.example,2026:1</id><title>Rain</title>
            <link href="/1"/><summary>It rains.</summary><author><name>Jo</name></author>
            <content type="html">&lt;p&gt;It rains &amp;amp; pours.&lt;/p&gt;</content>
            <updated>2026-01-31T10:00:00+01:00</updated><category term="weather"/>
            <link rel="enclosure" type="image/png" href="https://a.example/1.png"/>"""
        )
    )
    assert document.id == "tag:a.example,2026:1"
    assert document.url == "https://a.example/1", "a relative link is completed from the place"
    assert (document.summary, document.body) == ("It rains.", "It rains & pours.")
    assert document.published_at == datetime(2026, 1, 31, 9, tzinfo=UTC)
    assert document.image == "https://a.example/1.png"
    assert (document.author, document.tags) == ("Jo", ["weather"])


def test_what_atom_declares_plain_keeps_its_brackets() -> None:
    assert only(atom("<id>1</id><title>The &lt;b&gt; tag</title>")).title == "The <b> tag"
    assert only(atom('<id>1</id><title type="html">&lt;b&gt;Rain</title>')).title == "Rain"


def test_the_caller_can_set_category_and_source() -> None:
    text = (
        b'<rss version="2.0"><channel><title>T</title><item><title>A</title></item></channel></rss>'
    )
    document = only(read_feed(text, PLACE, category="World", source="R&D <news>"))
    assert (document.category, document.source) == ("world", "R&D <news>")


class TestIds:
    """An entry's id is its guid, else its link, else made from its title and time."""

    def test_a_guid_that_is_a_uri_is_the_id(self) -> None:
        link = "<link>https://a.example/1</link>"
        guid = "<guid isPermaLink='false'>urn:isbn:7</guid>"
        assert only(rss(f"<title>A</title>{guid}{link}")).id == "urn:isbn:7"

    def test_the_link_stands_in_for_the_guid(self) -> None:
        document = only(rss("<title>A</title><link>https://a.example/1</link>"))
        assert document.id == "https://a.example/1"

    @pytest.mark.parametrize("guid", ["17", "two words", "{7}", "x" * 129])
    def test_a_guid_that_is_no_valid_uri_is_hashed_with_the_feeds_address(self, guid: str) -> None:
        item = f'<title>A</title><guid isPermaLink="false">{guid}</guid>'
        assert only(rss(item)).id == hashed(guid)

    def test_without_guid_and_link_the_title_and_time_are_hashed(self) -> None:
        first, again, other = rss(
            "<title>A</title>", "<title>A</title>", "<title>B</title>"
        ).documents
        assert first.id == again.id == hashed("A\nNone")
        assert other.id != first.id


class TestTexts:
    """Id, title and body decide whether an entry is taken."""

    def test_a_missing_title_is_taken_from_the_summary(self) -> None:
        words = "word " * 40
        document = only(rss(f"<guid>1</guid><description>{words}</description>"))
        assert document.title == ("word " * 24).strip() + "…"
        assert 80 <= len(document.title) <= 120

    def test_a_short_summary_is_a_whole_title(self) -> None:
        assert only(rss("<guid>1</guid><description>It rains.</description>")).title == "It rains."

    def test_an_entry_without_any_text_is_rejected(self) -> None:
        rejection = only_rejection(rss("<guid>1</guid><link>https://a.example/1</link>"))
        assert rejection.place == f"{PLACE}#1"
        assert rejection.reason == "title: an entry needs a title, a summary or a body, got none"

    def test_too_long_a_title_rejects_the_entry_and_the_others_are_taken(self) -> None:
        reading = rss(f"<title>{'x' * 501}</title>", "<title>A</title>")
        assert [document.title for document in reading.documents] == ["A"]
        assert "at most 500 characters" in reading.rejections[0].reason

    def test_too_long_a_summary_is_the_body_where_there_is_none(self) -> None:
        text = "x" * (SUMMARY_MAX + 1)
        document = only(rss(f"<title>A</title><description>{text}</description>"))
        assert (document.summary, document.body) == (None, text)

    def test_too_long_a_summary_beside_a_body_is_dropped(self) -> None:
        text = "x" * (SUMMARY_MAX + 1)
        body = "<content:encoded>short</content:encoded>"
        document = only(rss(f"<title>A</title><description>{text}</description>{body}"))
        assert (document.summary, document.body) == (None, "short")

    def test_too_long_a_body_rejects_the_entry_and_is_not_cut(self) -> None:
        text = "x" * (BODY_MAX + 1)
        rejection = only_rejection(rss(f"<title>A</title><description>{text}</description>"))
        assert "body: String should have at most 100000 characters" in rejection.reason

    def test_a_rejected_entry_can_be_mended_and_read_as_a_json_line(self) -> None:
        rejection = only_rejection(rss(f"<title>{'x' * 501}</title><guid>1</guid>"))
        mended = json.loads(rejection.record) | {"title": "A"}
        document = read_json_line(json.dumps(mended).encode(), rejection.place)
        assert isinstance(document, ArticleDocument)


class TestSoftFacts:
    """A fact that breaks a limit is dropped, and the entry lives."""

    def test_over_long_and_over_many_tags_are_dropped(self) -> None:
        names = ["x" * 65, *(f"Tag {n}" for n in range(40)), "tag 0"]
        tags = "".join(f"<category>{name}</category>" for name in names)
        document = only(rss(f"<title>A</title>{tags}"))
        assert document.tags == [f"tag {n}" for n in range(32)]

    @pytest.mark.parametrize(
        ("item", "field"),
        [
            (f"<author>{'x' * 201}</author>", "author"),
            ("<link>javascript:alert(1)</link>", "url"),
            (f"<link>https://a.example/{'x' * 2048}</link>", "url"),
            ('<media:thumbnail url="data:image/png;base64,AA"/>', "image"),
            ("<pubDate>Sat, 01 Jan 2250 00:00:00 GMT</pubDate>", "published_at"),
            ("<pubDate>Mon, 01 Jan 1600 00:00:00 GMT</pubDate>", "published_at"),
            ("<pubDate>tomorrow</pubDate>", "published_at"),
        ],
    )
    def test_a_fact_outside_its_limit_is_dropped(self, item: str, field: str) -> None:
        document = only(rss(f"<title>A</title><guid>1</guid>{item}"))
        assert getattr(document, field) is None

    def test_a_feed_title_too_long_for_a_source_is_dropped(self) -> None:
        assert only(rss("<title>A</title>", channel=f"<title>{'x' * 201}</title>")).source is None

    def test_a_language_that_is_none_is_dropped(self) -> None:
        channel = "<title>T</title><language>english, mostly</language>"
        assert only(rss("<title>A</title>", channel=channel)).language is None


class TestDamage:
    """Whatever comes, there is a reading."""

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b" \n",
            b"plain text",
            b"<html><body><p>No feed.</p></body></html>",
            b"\x00\xff\xfe\x00",
            b"\x1f\x8b\x08\x00broken gzip",
            b'<rss version="2.0"><channel><title>cut off</tit',
            b'<?xml version="1.0" encoding="utf-16"?><rss',
            b"{",
            b"{}",
        ],
    )
    def test_what_is_no_feed_gives_one_rejection(self, content: bytes) -> None:
        rejection = only_rejection(read_feed(content, PLACE))
        assert rejection.place == PLACE
        assert rejection.reason.startswith("feed: must be ")

    def test_an_empty_feed_is_no_fault(self) -> None:
        reading = rss()
        assert (reading.format, reading.documents, reading.rejections) == ("rss20", (), ())

    def test_entries_of_a_broken_feed_are_taken(self) -> None:
        text = b'<rss version="2.0"><channel><item><title>A & B</title></item></channel>'
        assert only(read_feed(text, PLACE)).title == "A & B"

    def test_a_comment_and_a_blank_line_may_come_first(self) -> None:
        feed = b'<rss version="2.0"><channel><item><title>A</title></item></channel></rss>'
        text = b"\n<!-- c -->\n" + feed
        assert only(read_feed(text, PLACE)).title == "A"

    def test_the_charset_of_the_response_counts(self) -> None:
        text = "<rss version='2.0'><channel><item><title>Ж</title></item></channel></rss>"
        reading = read_feed(text.encode("koi8-r"), PLACE, "application/rss+xml; charset=koi8-r")
        assert only(reading).title == "Ж"

    def test_entities_that_multiply_are_not_expanded(self) -> None:
        entities = "".join(
            f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(10)
        )
        item = "<item><title>A &e9;</title></item>"
        text = f'<!DOCTYPE r [{entities}]><rss version="2.0"><channel>{item}</channel></rss>'
        reading = read_feed(text.encode(), PLACE)
        assert all(len(document.title) < 100 for document in reading.documents)

    def test_an_outside_entity_is_not_read(self, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("hidden")
        kind = f'<!DOCTYPE r [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
        text = (
            f'{kind}<rss version="2.0"><channel><item><title>A &e;</title></item></channel></rss>'
        )
        reading = read_feed(text.encode(), PLACE)
        assert all("hidden" not in document.title for document in reading.documents)

    @pytest.mark.parametrize(
        "name",
        [
            "links",
            "tags",
            "content",
            "media_content",
            "author_detail",
            "title_detail",
            "authors",
            "published_parsed",
            "updated_parsed",
            "summary_detail",
            "enclosures",
            "id",
            "entries",
        ],
    )
    def test_an_element_may_be_named_like_a_key_of_the_parser(self, name: str) -> None:
        reading = rss(f"<{name}>x</{name}><title>A</title><{name} a='1'>x</{name}>")
        assert len(reading.documents) + len(reading.rejections) == 1


PIECES = st.sampled_from(
    [
        '<rss version="2.0">',
        "<channel>",
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<guid>",
        "<link>",
        "</link>",
        "<pubDate>",
        "</pubDate>",
        "&#xD800;",
        "&#1114112;",
        "&amp;",
        "<![CDATA[",
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        "<entry>",
        "<content>",
        "</entry>",
        "99:99:99",
        '<?xml version="1.0" encoding="utf-7"?>',
        "<author>",
        "<category>",
        "<image>",
        "http://[",
        "x",
    ]
)


@given(st.binary() | st.lists(PIECES, max_size=20).map(lambda parts: "".join(parts).encode()))
def test_any_bytes_give_a_reading(content: bytes) -> None:
    reading = read_feed(content, PLACE)
    assert reading.documents or reading.rejections or reading.format


def test_a_bare_channel_is_cdf() -> None:
    text = b'<CHANNEL><ITEM HREF="https://a.example/1"><TITLE>A</TITLE></ITEM></CHANNEL>'
    reading = read_feed(text, PLACE)
    assert (reading.format, only(reading).url) == ("cdf", "https://a.example/1")


@pytest.mark.skipif("NEWSFEED_DATA" not in os.environ, reason="NEWSFEED_DATA names no data folder")
def test_every_real_feed_gives_a_reading() -> None:
    """Most are made for one element and hold no entry, or one without text; none is a crash."""
    folder = Path(os.environ["NEWSFEED_DATA"]) / "feeds"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    readings = {
        str(path.relative_to(folder)): read_feed(path.read_bytes(), path.name) for path in files
    }
    assert len(files) == 1895
    assert sum(len(reading.documents) for reading in readings.values()) >= 800
    assert len(readings["feedjira/spec/sample_feeds/CRE.xml"].documents) == 30
    assert len(readings["feedjira/spec/sample_feeds/TechCrunch.xml"].documents) == 20
    assert all(reading.rejections for reading in readings.values() if not reading.format)
