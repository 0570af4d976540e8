package io.beamhouse.pipelines.continuous;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.run.SpecRun;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;

/**
 * What a continuous run does, as metrics at {@code http://host:port/metrics}.
 *
 * <p>Counts come from the reports of finished runs, so that a retried task counts once. Labels are
 * names of pipelines, sources, sinks and outcomes: what a spec names, never a value of a row.
 */
@Internal
public final class PrometheusMetrics implements ContinuousRun.Watcher, AutoCloseable {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter increments =
      Counter.builder()
          .name("beamhouse_increments_total")
          .help("Increments by how they ended: done, nothing_new, held, failed")
          .labelNames("pipeline", "outcome")
          .register(registry);
  private final Histogram seconds =
      Histogram.builder()
          .name("beamhouse_increment_seconds")
          .help("Time that increments took which read something")
          .classicUpperBounds(0.5, 1, 2, 5, 10, 20, 60, 300)
          .labelNames("pipeline")
          .register(registry);
  private final Counter read =
      Counter.builder()
          .name("beamhouse_rows_read_total")
          .help("Rows that finished runs have read")
          .labelNames("pipeline")
          .register(registry);
  private final Counter written =
      Counter.builder()
          .name("beamhouse_rows_total")
          .help("Rows of finished runs by sink and outcome")
          .labelNames("pipeline", "sink", "outcome")
          .register(registry);
  private final Gauge lag =
      Gauge.builder()
          .name("beamhouse_lag_records")
          .help("Records that the newest run left for later ones")
          .labelNames("pipeline")
          .register(registry);
  private final Gauge lastDone =
      Gauge.builder()
          .name("beamhouse_last_done_timestamp_seconds")
          .help("When the newest run of this process ended")
          .labelNames("pipeline")
          .register(registry);
  private final Gauge failures =
      Gauge.builder()
          .name("beamhouse_failures_in_a_row")
          .help("0 when the newest increment did not fail")
          .labelNames("pipeline")
          .register(registry);
  private final HTTPServer server;

  /**
   * Serves from now on.
   *
   * @param port 0 for any that is free
   * @throws SpecException when the port cannot be had
   */
  public PrometheusMetrics(int port) {
    try {
      server = HTTPServer.builder().port(port).registry(registry).buildAndStart();
    } catch (IOException | IllegalArgumentException e) {
      SpecException refused =
          new SpecException(
              "--metrics-port", port + " cannot be had: " + e.getMessage() + "; choose another");
      refused.initCause(e);
      throw refused;
    }
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public void ended(SpecRun.Result result, ContinuousRun.Status status) {
    String pipeline = result.job();
    String outcome = outcome(result);
    increments.labelValues(pipeline, outcome).inc();
    failures.labelValues(pipeline).set(status.failures());
    if (outcome.equals("done")) {
      seconds.labelValues(pipeline).observe(result.took().toMillis() / 1000.0);
      lastDone.labelValues(pipeline).set(status.now().toEpochMilli() / 1000.0);
      result.finished().forEach(this::count);
    } else if (outcome.equals("nothing_new")) {
      lag.labelValues(pipeline).set(0);
    }
  }

  private static String outcome(SpecRun.Result result) {
    if (result.failure().isPresent()) {
      return result.held() ? "held" : "failed";
    }
    return result.nothingNew() ? "nothing_new" : "done";
  }

  private void count(RunReport report) {
    String pipeline = report.pipeline();
    Lag told = Lag.of(report);
    told.records().ifPresent(records -> read.labelValues(pipeline).inc(records));
    told.waiting().ifPresent(waiting -> lag.labelValues(pipeline).set(waiting));
    report
        .sinks()
        .forEach(
            (sink, wrote) -> {
              if (wrote.counts() != null) {
                wrote
                    .counts()
                    .forEach((what, rows) -> written.labelValues(pipeline, sink, what).inc(rows));
              }
            });
  }

  @Override
  public void close() {
    server.close();
  }
}
