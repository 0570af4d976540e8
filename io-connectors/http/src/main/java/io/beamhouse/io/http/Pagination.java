package io.beamhouse.io.http;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.row.JsonPath;
import java.io.Serializable;

/**
 * How the pages of an answer follow each other.
 *
 * @param parameter of the page number, offset or cursor
 * @param first page number or offset of the first page
 * @param sizeParameter that asks for a page size; empty when none is asked for
 * @param size records of a full page; 0 when it is not known
 * @param next where the answer has the cursor or address of the next page; null for other kinds
 */
@Evolving
public record Pagination(
    Kind kind, String parameter, long first, String sizeParameter, int size, JsonPath next)
    implements Serializable {
  /** The ways. */
  @Evolving
  public enum Kind {
    NONE,
    PAGE,
    OFFSET,
    CURSOR,
    LINK_HEADER,
    NEXT_URL
  }

  /** One answer has everything. */
  public static Pagination none() {
    return new Pagination(Kind.NONE, "", 0, "", 0, null);
  }

  /** Pages have numbers. */
  public static Pagination pages(String parameter, long first) {
    return new Pagination(Kind.PAGE, parameter, first, "", 0, null);
  }

  /** Each page begins after so many records. */
  public static Pagination offsets(String parameter, String sizeParameter, int size) {
    return new Pagination(Kind.OFFSET, parameter, 0, sizeParameter, size, null);
  }

  /** Each answer has a cursor for the next page, and the last one has none. */
  public static Pagination cursor(String parameter, JsonPath next) {
    return new Pagination(Kind.CURSOR, parameter, 0, "", 0, next);
  }

  /** Each answer has {@code Link: <…>; rel="next"}, and the last one has none. */
  public static Pagination linkHeader() {
    return new Pagination(Kind.LINK_HEADER, "", 0, "", 0, null);
  }

  /** Each answer has the address of the next page, and the last one has none. */
  public static Pagination nextUrl(JsonPath next) {
    return new Pagination(Kind.NEXT_URL, "", 0, "", 0, next);
  }

  /** Asks for pages of {@code records}, which a page before the last must then have. */
  public Pagination withSize(String byParameter, int records) {
    return new Pagination(kind, parameter, first, byParameter, records, next);
  }

  /** Whether pages are counted, so that each but the last one must be full. */
  boolean counts() {
    return kind == Kind.PAGE || kind == Kind.OFFSET;
  }
}
