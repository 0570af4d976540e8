package io.beamhouse.io.http;

import io.beamhouse.core.row.JsonPath;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Holds the pages of one request against what the API says of itself.
 *
 * <p>Memory: 16 bytes and a number for each page.
 */
final class RequestProof {
  private final String request;
  private final Pagination pagination;
  private final Completeness rules;
  private final Map<ByteBuffer, Integer> seen = new HashMap<>();
  private long total = -1;
  private long pages = -1;
  private long records;
  private int count;
  private int full;
  private Page last;
  private boolean ended;

  RequestProof(String request, Pagination pagination, Completeness rules) {
    this.request = request;
    this.pagination = pagination;
    this.rules = rules;
    this.full = pagination.size();
  }

  /** Takes the next page; throws when it cannot be one. */
  void take(Page page) {
    total = declared(page, rules.total(), "records", total);
    pages = declared(page, rules.pages(), "pages", pages);
    int came = page.records();
    if (pagination.counts() && last != null && came != 0 && last.records() < full && full > 0) {
      throw Incomplete.shortPage(last.answer().address(), count, last.records(), full);
    }
    if (came != 0) {
      Integer before = seen.putIfAbsent(page.hash(), page.number());
      if (before != null) {
        throw Incomplete.repeatedPage(page.answer().address(), page.number(), before);
      }
    }
    if (full == 0 && total < 0 && pages < 0) {
      full = Math.max(0, came);
    }
    count = page.number();
    records += Math.max(0, came);
    last = page;
    if (pagination.counts() && came == 0 && !declaredEnd()) {
      if (total >= 0 || pages >= 0) {
        throw Incomplete.shortPage(page.answer().address(), count, 0, full);
      }
      ended = true;
    }
  }

  private long declared(Page page, JsonPath path, String what, long before) {
    if (path == null) {
      return -1;
    }
    long now =
        page.value(path)
            .filter(text -> text.matches("\\d{1,18}"))
            .map(Long::parseLong)
            .orElseThrow(() -> Incomplete.noTotal(page.answer().address(), path));
    if (before >= 0 && now != before && !rules.changingTotal()) {
      throw Incomplete.totalChanged(request, what, before, now, page.number());
    }
    return now;
  }

  /** Whether the pages that came are all that there are to take. */
  boolean complete() {
    boolean enough = rules.take() > 0 && count >= rules.take();
    return enough || ended || (pagination.counts() && declaredEnd());
  }

  private boolean declaredEnd() {
    if (pages >= 0) {
      return count >= pages;
    }
    return total >= 0 && records >= total;
  }

  /** Says what shows that everything came; throws when it did not. */
  String end() {
    if (rules.take() > 0 && count >= rules.take()) {
      return "first " + count + " pages by take_pages" + (pages > count ? " of " + pages : "");
    }
    if (pages >= 0 && count != Math.max(1, pages)) {
      throw Incomplete.totalMissed(request, "pages", rules.pages(), pages, count);
    }
    if (total >= 0 && records != total) {
      throw Incomplete.totalMissed(request, "records", rules.total(), total, records);
    }
    if (total >= 0) {
      return "declared total";
    }
    if (pages >= 0) {
      return "declared pages";
    }
    return switch (pagination.kind()) {
      case NONE -> "one answer";
      case PAGE, OFFSET -> "an empty page after the last";
      default -> "no next page named";
    };
  }

  int pages() {
    return count;
  }

  long records() {
    return records;
  }
}
