package io.beamhouse.io.http;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.row.JsonPath;
import java.io.Serializable;
import java.time.Duration;

/**
 * Asks for what is new since the last run that was done.
 *
 * @param parameter that takes where to begin
 * @param from where each record has the value that the next run begins at, which is the largest of
 *     them; null for the time of the run before
 * @param start value of the first run; empty to leave the parameter out then
 * @param form of times
 * @param until parameter that takes the time of this run; empty for none
 * @param overlap how far each run reads again; then the values must be times
 */
@Evolving
public record Incremental(
    String parameter, JsonPath from, String start, Form form, String until, Duration overlap)
    implements Serializable {
  /** How times are written. */
  @Evolving
  public enum Form {
    /** {@code 2026-11-21T10:20:30Z}. */
    ISO,
    /** {@code 2026-11-21}. */
    DATE,
    EPOCH_SECONDS,
    EPOCH_MILLIS
  }

  /** From the largest value at {@code path} in the records of earlier runs. */
  public static Incremental byRecords(String parameter, JsonPath path) {
    return new Incremental(parameter, path, "", Form.ISO, "", Duration.ZERO);
  }

  /** From the time of the last run. */
  public static Incremental byClock(String parameter, Form form) {
    return new Incremental(parameter, null, "", form, "", Duration.ZERO);
  }

  /** Begins the first run at {@code value}. */
  public Incremental startingAt(String value) {
    return new Incremental(parameter, from, value, form, until, overlap);
  }

  /** Reads {@code time} again in each run, for records that appear late. */
  public Incremental withOverlap(Duration time) {
    return new Incremental(parameter, from, start, form, until, time);
  }

  /** Gives the time of the run to a parameter that bounds the answer. */
  public Incremental withUntil(String by) {
    return new Incremental(parameter, from, start, form, by, overlap);
  }
}
