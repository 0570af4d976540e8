package io.beamhouse.io.http;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import java.util.List;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.checkerframework.checker.nullness.qual.Nullable;

/** How pages follow each other, as a spec says it. */
@Internal
@AutoValue
@DefaultSchema(AutoValueSchema.class)
public abstract class PaginationKeys {
  private static final List<String> TYPES =
      List.of("none", "page", "offset", "cursor", "link_header", "next_url");

  @SchemaFieldDescription(
      "none, page (numbers), offset (records to skip), cursor (from the answer before), link_header"
          + " (Link: <...>; rel=\"next\") or next_url (an address in the answer).")
  public abstract String getType();

  @Nullable
  @SchemaFieldDescription("The API's parameter; default page, offset or cursor, as the type is.")
  public abstract String getParameter();

  @Nullable
  @SchemaFieldDescription("page: number of the first page; default 1. offset: default 0.")
  public abstract Long getFirst();

  @Nullable
  @SchemaFieldDescription("The API's parameter for the size of a page; default none is asked for.")
  public abstract String getSizeParameter();

  @Nullable
  @SchemaFieldDescription("Records of a full page. Each page before the last must have as many.")
  public abstract Integer getSize();

  @Nullable
  @SchemaFieldDescription("cursor, next_url: where the answer has it, such as meta.next.")
  public abstract String getNext();

  static Builder builder() {
    return new AutoValue_PaginationKeys.Builder();
  }

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setType(String type);

    abstract Builder setParameter(@Nullable String parameter);

    abstract Builder setFirst(@Nullable Long first);

    abstract Builder setSizeParameter(@Nullable String parameter);

    abstract Builder setSize(@Nullable Integer size);

    abstract Builder setNext(@Nullable String path);

    abstract PaginationKeys build();
  }

  Pagination pagination(Problems problems) {
    if (!HttpKeys.oneOf("pagination.type", getType(), TYPES, problems)) {
      return Pagination.none();
    }
    Pagination.Kind kind = Pagination.Kind.valueOf(getType().toUpperCase(java.util.Locale.ROOT));
    boolean named = kind == Pagination.Kind.CURSOR;
    boolean counted = kind == Pagination.Kind.PAGE || kind == Pagination.Kind.OFFSET;
    if (!named && !counted && getParameter() != null) {
      problems.add("pagination.parameter", "means nothing for " + getType());
    }
    if (!counted && getFirst() != null) {
      problems.add("pagination.first", "means nothing for " + getType());
    }
    String parameter = getParameter() == null && (named || counted) ? getType() : getParameter();
    long first = kind == Pagination.Kind.PAGE ? 1 : 0;
    return new Pagination(
        kind,
        HttpKeys.text(parameter),
        getFirst() == null ? first : getFirst(),
        HttpKeys.text(getSizeParameter()),
        getSize() == null ? 0 : getSize(),
        HttpKeys.path("pagination.next", getNext(), problems));
  }
}
