package io.beamhouse.io.http;

import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Leads from one page of a request to the next; remembers where it has been. */
final class Pager {
  /** What {@code <address>; name="value"} of RFC 8288 is made of. */
  private static final Pattern LINK =
      Pattern.compile("<([^>]*)>|;\\s*([^\\s=;,\"]+)\\s*=\\s*(\"[^\"]*\"|[^\\s\",;]*)");

  /** A relation may be one of several, and has no case. */
  private static final Pattern NEXT = Pattern.compile("(?i)\"?(.*\\s)?next(\\s.*)?\"?");

  private final ApiClient client;
  private final Pagination pagination;
  private final URI start;
  private final Set<String> been = new HashSet<>();
  private long records;

  Pager(ApiClient client, Pagination pagination, URI start) {
    this.client = client;
    this.pagination = pagination;
    this.start =
        pagination.sizeParameter().isEmpty()
            ? start
            : Addresses.with(start, pagination.sizeParameter(), String.valueOf(pagination.size()));
  }

  URI first() {
    URI first = pagination.counts() ? counted(pagination.first()) : start;
    been.add(first.toString());
    return first;
  }

  private URI counted(long value) {
    return Addresses.with(start, pagination.parameter(), String.valueOf(value));
  }

  /**
   * The address after {@code page}; empty when the API names none. Of counted pages there is always
   * another one: who knows what was declared must stop.
   */
  Optional<URI> next(Page page) {
    records += Math.max(0, page.records());
    Optional<URI> next =
        switch (pagination.kind()) {
          case NONE -> Optional.empty();
          case PAGE -> Optional.of(counted(pagination.first() + page.number()));
          // After what came, not after what was asked for: an API may give less.
          case OFFSET -> Optional.of(counted(pagination.first() + records));
          case CURSOR ->
              named(page).map(cursor -> Addresses.with(start, pagination.parameter(), cursor));
          case LINK_HEADER -> link(page.answer()).map(link -> resolved(page, link));
          case NEXT_URL -> named(page).map(link -> resolved(page, link));
        };
    if (!pagination.counts() && next.isPresent() && !been.add(next.get().toString())) {
      throw Incomplete.loop(page.answer().address(), page.number());
    }
    return next;
  }

  private Optional<String> named(Page page) {
    return page.value(pagination.next()).filter(text -> !text.isEmpty() && !text.equals("false"));
  }

  private static Optional<String> link(Answer answer) {
    for (String header : answer.headers().allValues("Link")) {
      String address = null;
      for (Matcher part = LINK.matcher(header); part.find(); ) {
        if (part.group(1) != null) {
          address = part.group(1);
        } else if (address != null
            && part.group(2).equalsIgnoreCase("rel")
            && NEXT.matcher(part.group(3)).matches()) {
          return Optional.of(address);
        }
      }
    }
    return Optional.empty();
  }

  private URI resolved(Page page, String link) {
    URI from = page.answer().address();
    URI to;
    try {
      to = Addresses.resolved(from, link);
    } catch (IllegalArgumentException e) {
      throw Incomplete.badNext(from);
    }
    if (to.getHost() == null) {
      throw Incomplete.badNext(from);
    }
    boolean downgraded = "https".equals(from.getScheme()) && !"https".equals(to.getScheme());
    if (downgraded || !client.allows(to)) {
      throw Incomplete.foreignNext(from, Addresses.origin(to));
    }
    return client.plain(to);
  }
}
