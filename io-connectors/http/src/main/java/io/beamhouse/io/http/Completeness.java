package io.beamhouse.io.http;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.row.JsonPath;
import java.io.Serializable;

/**
 * What tells a whole answer from a part.
 *
 * @param total where each page says how many records there are in all; null when none says
 * @param pages where each page says how many pages there are; null when none says
 * @param changingTotal whether these may change while pages are read; the last ones are then held
 *     against what came
 * @param take pages to take on purpose, though there are more; 0 for all
 * @param max pages after which a pagination is held for endless
 * @param error where an answer says that it is an error, though its status is 200; null for nowhere
 * @param errorEquals what it says then; empty for anything but nothing, false, 0 and ""
 */
@Evolving
public record Completeness(
    JsonPath total,
    JsonPath pages,
    boolean changingTotal,
    int take,
    int max,
    JsonPath error,
    String errorEquals)
    implements Serializable {
  static final int DEFAULT_MAX = 10_000;

  /** What the pagination itself tells. */
  public static Completeness ofPagination() {
    return new Completeness(null, null, false, 0, DEFAULT_MAX, null, "");
  }

  /** Each page must declare the records in all, and as many must come. */
  public Completeness withTotal(JsonPath at) {
    return new Completeness(at, pages, changingTotal, take, max, error, errorEquals);
  }

  /** Each page must declare the number of pages, and as many must come. */
  public Completeness withPages(JsonPath at) {
    return new Completeness(total, at, changingTotal, take, max, error, errorEquals);
  }

  /** A declaration that changes while pages are read does not fail the fetch. */
  public Completeness withChangingTotal() {
    return new Completeness(total, pages, true, take, max, error, errorEquals);
  }

  /** Takes the first {@code count} pages and leaves the others on purpose. */
  public Completeness withTake(int count) {
    return new Completeness(total, pages, changingTotal, count, max, error, errorEquals);
  }

  /** Holds a pagination for endless after {@code count} pages; default 10,000. */
  public Completeness withMax(int count) {
    return new Completeness(total, pages, changingTotal, take, count, error, errorEquals);
  }

  /** An answer is an error when it has {@code value} at {@code path}; empty for any. */
  public Completeness withErrorWhen(JsonPath path, String value) {
    return new Completeness(total, pages, changingTotal, take, max, path, value);
  }
}
