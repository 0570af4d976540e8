package io.beamhouse.io.http;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import io.beamhouse.io.http.RequestFetch.Fetched;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where each request of a run begins and ends, and where those of the next run begin. */
final class RunRange {
  private final Incremental incremental;
  private final PlanRequest request;
  private final Optional<HttpPosition> before;

  RunRange(Incremental incremental, PlanRequest request) {
    if (request.backfill().isPresent()
        && (incremental == null
            || (request.backfill().get().to().isPresent() && incremental.until().isEmpty()))) {
      throw new SpecException(
          "--from/--to", "need incremental: in ReadFromHttp, and an end needs its until_parameter");
    }
    this.incremental = incremental;
    this.request = request;
    this.before = request.position().map(HttpPosition::parse);
  }

  /** What the run before left. */
  Optional<HttpPosition> before() {
    return before;
  }

  /** The address of a request's first page in this run. */
  URI start(ApiRequest of) {
    URI address = of.start();
    String since = since(of.name());
    if (!since.isEmpty()) {
      address = Addresses.with(address, incremental.parameter(), since);
    }
    Optional<String> until = until();
    return until.isPresent() ? Addresses.with(address, incremental.until(), until.get()) : address;
  }

  /** Values that the requests of the next run begin at, before their overlap. */
  Map<String, String> next(List<Fetched> all) {
    Map<String, String> next = new TreeMap<>();
    if (incremental == null) {
      return next;
    }
    for (Fetched one : all) {
      String value = next(one);
      if (!value.isEmpty()) {
        next.put(one.request(), value);
      }
    }
    return next;
  }

  private String next(Fetched one) {
    if (incremental.from() == null) {
      return Moments.text(request.clock(), incremental.form());
    }
    String known = known(one.request());
    String newest =
        one.newest().isEmpty() ? known : Moments.later(known, one.newest(), incremental.from());
    return newest.isEmpty() ? since(one.request()) : newest;
  }

  /** Says for a report what is asked for. */
  void tell(List<ApiRequest> requests, Map<String, String> facts) {
    if (incremental == null) {
      return;
    }
    List<String> from = requests.stream().map(one -> shown(since(one.name()))).toList();
    facts.put(
        "from",
        from.stream().distinct().count() == 1
            ? from.get(0)
            : HttpPlan.first(
                requests.stream()
                    .map(one -> one.name() + ": " + shown(since(one.name())))
                    .toList()));
    until().ifPresent(to -> facts.put("to", to));
  }

  private static String shown(String since) {
    return since.isEmpty() ? "the beginning" : since;
  }

  private String known(String name) {
    return before.map(position -> position.since(name)).orElse("");
  }

  /** Value of the incremental parameter in this run; empty for none. */
  private String since(String name) {
    if (incremental == null) {
      return "";
    }
    if (request.backfill().isPresent()) {
      return request.backfill().get().from();
    }
    String known = known(name);
    return known.isEmpty()
        ? incremental.start()
        : Moments.before(known, incremental.overlap(), incremental.form());
  }

  private Optional<String> until() {
    if (incremental == null || incremental.until().isEmpty()) {
      return Optional.empty();
    }
    return request
        .backfill()
        .flatMap(Backfill::to)
        .or(() -> Optional.of(Moments.text(request.clock(), incremental.form())));
  }
}
