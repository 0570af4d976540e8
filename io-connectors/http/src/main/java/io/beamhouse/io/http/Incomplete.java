package io.beamhouse.io.http;

import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.JsonPath;
import java.net.URI;

/** Why an answer is held for a part, or for none: each with a name, the reason and what to do. */
final class Incomplete {
  private static final String SAFE = " Nothing was published.";

  private Incomplete() {}

  static SourceFailedException repeatedPage(URI address, int page, int before) {
    return new SourceFailedException(
        "Repeated page: page "
            + page
            + " ("
            + address
            + ") has the records of page "
            + before
            + ", so the API does not page as asked."
            + SAFE
            + " Look at pagination: the name of its parameter, its first page, its kind.");
  }

  static SourceFailedException shortPage(URI address, int page, int came, int full) {
    return new SourceFailedException(
        "Short page: page "
            + page
            + " ("
            + address
            + ") has "
            + came
            + " records where a full page has "
            + full
            + ", and it is not the last one."
            + SAFE
            + " If the API gives smaller pages than it is asked for, set pagination.size to what it"
            + " gives; else run again.");
  }

  static SourceFailedException loop(URI address, int page) {
    return new SourceFailedException(
        "Loop: the next page that page "
            + page
            + " ("
            + address
            + ") names has been read already."
            + SAFE
            + " Look at pagination.next, or ask the API's owner.");
  }

  static SourceFailedException endless(String request, int pages) {
    return new SourceFailedException(
        "Endless pagination: "
            + request
            + " still names more after "
            + pages
            + " pages."
            + SAFE
            + " If there are so many, raise max_pages; to take the first ones only, set"
            + " take_pages.");
  }

  static SourceFailedException totalMissed(
      String request, String what, JsonPath path, long declared, long came) {
    return new SourceFailedException(
        "Total missed: "
            + request
            + " declares "
            + declared
            + " "
            + what
            + " at "
            + path
            + ", and "
            + came
            + " came."
            + SAFE
            + " Run again; if it repeats, look at pagination and at records.");
  }

  static SourceChangedException totalChanged(
      String request, String what, long before, long now, int page) {
    return new SourceChangedException(
        "Total changed: "
            + request
            + " declared "
            + before
            + " "
            + what
            + " at first and "
            + now
            + " on page "
            + page
            + ", so records moved between pages while they were read."
            + SAFE
            + " Run again, which reads afresh; if it never stands still, set on_total_change:"
            + " accept.");
  }

  static SourceFailedException noTotal(URI address, JsonPath path) {
    return new SourceFailedException(
        "No total: "
            + address
            + " has no whole number at "
            + path
            + ", so nothing says whether everything came."
            + SAFE
            + " Correct total or pages under complete.");
  }

  static SourceFailedException noRecords(URI address, JsonPath path) {
    return new SourceFailedException(
        "No records: "
            + address
            + " has no array at "
            + path
            + "."
            + SAFE
            + " Correct records, or name the answer an error by error_when.");
  }

  static SourceFailedException errorBody(URI address, Completeness completeness) {
    return new SourceFailedException(
        "Error in the body: "
            + address
            + " answered 200, and "
            + completeness.error()
            + (completeness.errorEquals().isEmpty()
                ? " says that it is an error."
                : " is '" + completeness.errorEquals() + "', which error_when names an error.")
            + SAFE
            + " Ask the address yourself to see what it says.");
  }

  static SourceFailedException html(URI address) {
    return new SourceFailedException(
        "A page for people: "
            + address
            + " answered 200 with HTML where JSON was to come: a login, a proxy or a maintenance"
            + " page."
            + SAFE
            + " Open it in a browser.");
  }

  static SourceFailedException noJson(URI address) {
    return new SourceFailedException(
        "No JSON: "
            + address
            + " answered 200 with something else."
            + SAFE
            + " Correct the address.");
  }

  static String halfPage() {
    return "Half a page: the JSON ends before it is complete";
  }

  static SourceFailedException foreignNext(URI address, String origin) {
    return new SourceFailedException(
        "Next page elsewhere: "
            + address
            + " names its next page on another server, "
            + origin
            + "."
            + SAFE
            + " If that is right, name its host in allowed_hosts; it gets no credentials.");
  }

  static SourceFailedException badNext(URI address) {
    return new SourceFailedException(
        "No address: what "
            + address
            + " names as its next page is none."
            + SAFE
            + " Look at pagination.");
  }
}
