package io.beamhouse.io.http;

import io.beamhouse.core.error.Problems;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be wrong with a read before anybody is asked. */
final class SettingsCheck {
  private static final Pattern PLACE = Pattern.compile("\\{([^{}]*)\\}");
  private static final Pattern SECRET =
      Pattern.compile("(?i)(.*[_-])?(password|passwd|secret|token|api[_-]?key|authorization)");
  private static final Set<String> OWN_HEADERS =
      Set.of("host", "connection", "content-length", "expect", "upgrade", "accept-encoding");
  private static final int MAX_REQUESTS = 10_000;

  private final HttpRead read;
  private final Problems problems;

  SettingsCheck(HttpRead read, Problems problems) {
    this.read = read;
    this.problems = problems;
  }

  void check() {
    if (checkPlaces()) {
      checkAddress();
      checkNames();
    }
    checkUnsecret("parameters", read.parameters().keySet());
    checkHeaders();
    checkAuthentication();
    checkPagination();
    checkCompleteness();
    checkLimits();
    if (read.incremental() != null) {
      checkIncremental(read.incremental());
    }
  }

  private void checkIncremental(Incremental incremental) {
    if (incremental.parameter().isEmpty()) {
      problems.add("incremental.parameter", "is missing: the API's name for where to begin");
    }
    if (incremental.from() != null && read.records() == null) {
      problems.add("incremental.from", "is looked for in records; say by records where they are");
    }
    if (read.completeness().take() > 0) {
      problems.add(
          "take_pages",
          "leaves pages out, and with incremental no later run would ask for them; leave one of"
              + " both out");
    }
  }

  private boolean checkPlaces() {
    Set<String> used = new TreeSet<>();
    String all = read.url() + " " + String.join(" ", read.parameters().values());
    for (Matcher place = PLACE.matcher(all); place.find(); ) {
      used.add(place.group(1));
    }
    boolean good = true;
    for (String name : used) {
      if (!read.each().containsKey(name)) {
        problems.add("url", "has a place {" + name + "} for which each gives no values");
        good = false;
      }
    }
    long requests = 1;
    for (Map.Entry<String, List<String>> each : read.each().entrySet()) {
      if (!used.contains(each.getKey())) {
        problems.add(
            "each." + each.getKey(), "has no place {" + each.getKey() + "} in url or parameters");
        good = false;
      }
      if (each.getValue().isEmpty()) {
        problems.add("each." + each.getKey(), "has no values");
        good = false;
      }
      requests *= each.getValue().size();
    }
    if (requests > MAX_REQUESTS) {
      problems.add("each", "makes " + requests + " requests; at most " + MAX_REQUESTS);
      good = false;
    }
    return good;
  }

  private void checkAddress() {
    try {
      List<ApiRequest> requests = ApiRequest.of(read);
      URI address = requests.get(0).start();
      String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
      if (!scheme.equals("http") && !scheme.equals("https")) {
        problems.add("url", "must begin with https:// or http://");
      } else if (address.getHost() == null) {
        problems.add("url", "has no host");
      } else {
        checkOneServer(requests);
      }
      if (address.getUserInfo() != null) {
        problems.add("url", "holds a user or password before '@'; use auth, it is never printed");
      }
      if (address.getRawQuery() != null && read.url().contains("?")) {
        Set<String> names = new HashSet<>();
        for (String pair : read.url().substring(read.url().indexOf('?') + 1).split("&", -1)) {
          names.add(pair.split("=", 2)[0]);
        }
        checkUnsecret("url", names);
      }
    } catch (IllegalArgumentException e) {
      problems.add("url", "is no address");
    }
  }

  private void checkOneServer(List<ApiRequest> requests) {
    String first = Addresses.origin(requests.get(0).start());
    for (ApiRequest request : requests) {
      String other = Addresses.origin(request.start());
      if (!other.equals(first)) {
        problems.add(
            "each",
            "asks "
                + first
                + " and "
                + other
                + "; all requests of one source ask one server, which alone gets credentials and"
                + " headers; use for_each");
        return;
      }
    }
  }

  private void checkNames() {
    Set<String> names = new HashSet<>();
    try {
      for (ApiRequest request : ApiRequest.of(read)) {
        if (!names.add(request.name())) {
          problems.add("each", "gives two requests the name " + request.name());
          return;
        }
      }
    } catch (IllegalArgumentException e) {
      // The address has been reported.
    }
  }

  private void checkUnsecret(String where, Set<String> names) {
    for (String name : names) {
      if (SECRET.matcher(name).matches()) {
        problems.add(
            where + (where.equals("url") ? "" : "." + name),
            "'" + name + "' looks like a secret, and this is printed and stored; use auth");
      }
    }
  }

  private void checkHeaders() {
    checkUnsecret("headers", read.headers().keySet());
    for (Map.Entry<String, String> header : read.headers().entrySet()) {
      if (OWN_HEADERS.contains(header.getKey().toLowerCase(Locale.ROOT))
          || !header.getKey().matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
          || header.getValue().chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
        problems.add("headers." + header.getKey(), "cannot be sent");
      }
    }
  }

  private void checkAuthentication() {
    Authentication how = read.authentication();
    boolean named =
        how.kind() == Authentication.Kind.NONE || how.kind() == Authentication.Kind.BEARER;
    if (!named && how.name().isEmpty()) {
      problems.add(
          "auth",
          how.kind() == Authentication.Kind.BASIC
              ? "needs username"
              : how.kind() == Authentication.Kind.CLIENT_CREDENTIALS
                  ? "needs client_id"
                  : "needs header or parameter, which takes the key");
    }
    if (how.kind() != Authentication.Kind.NONE && how.secret() == null) {
      problems.add("auth", "needs the secret of its type");
    }
    if (how.kind() == Authentication.Kind.CLIENT_CREDENTIALS
        && !how.tokenUrl().matches("(?i)https?://[^@\\s]+")) {
      problems.add("auth.token_url", "must be the address that gives tokens, without a user in it");
    }
  }

  private void checkPagination() {
    Pagination pages = read.pagination();
    boolean byRecords = read.records() != null;
    if ((pages.counts() || pages.kind() == Pagination.Kind.CURSOR) && pages.parameter().isEmpty()) {
      problems.add("pagination.parameter", "is missing");
    }
    if (pages.counts()
        && !byRecords
        && (pages.kind() == Pagination.Kind.OFFSET || read.completeness().pages() == null)) {
      problems.add("records", "is missing: without records nothing tells which page is the last");
    }
    boolean named =
        pages.kind() == Pagination.Kind.CURSOR || pages.kind() == Pagination.Kind.NEXT_URL;
    if (named != (pages.next() != null)) {
      problems.add(
          "pagination.next",
          named ? "is missing: where an answer names the next page" : "is for cursor and next_url");
    }
    if (!pages.sizeParameter().isEmpty() && pages.size() <= 0) {
      problems.add("pagination.size", "is missing: how many records to ask for");
    }
    if (pages.size() < 0 || (pages.size() > 0 && !byRecords)) {
      problems.add("pagination.size", "must be positive, and needs records to be counted");
    }
    boolean looks = named || byRecords || pages.counts() || read.completeness().error() != null;
    if (!read.json() && looks) {
      problems.add(
          "format", "any means that nothing is looked for in answers; only JSON has paths");
    }
  }

  private void checkCompleteness() {
    Completeness rules = read.completeness();
    if (rules.total() != null && read.records() == null) {
      problems.add("complete.total", "is held against records; say by records where they are");
    }
    if (!read.json() && (rules.total() != null || rules.pages() != null)) {
      problems.add("complete", "is declared in JSON, and format is any");
    }
    if (rules.take() < 0) {
      problems.add("take_pages", "must be positive");
    }
    if (rules.max() < 1 || rules.max() > 1_000_000) {
      problems.add("max_pages", "is 1 to 1000000");
    }
  }

  private void checkLimits() {
    Limits limits = read.limits();
    if (limits.attempts() < 1 || limits.attempts() > 100) {
      problems.add("attempts", "is 1 to 100");
    }
    if (limits.requestsPerSecond() < 0 || limits.requestsPerSecond() > 10_000) {
      problems.add("requests_per_second", "is 0 (no limit) to 10000");
    }
    if (limits.timeout().isZero()) {
      problems.add("timeout", "must be longer than nothing");
    }
    if (limits.maxResponseBytes() < 1 || limits.maxResponseBytes() > 256 * 1024 * 1024) {
      problems.add("max_response_bytes", "is 1 to 268435456");
    }
  }
}
