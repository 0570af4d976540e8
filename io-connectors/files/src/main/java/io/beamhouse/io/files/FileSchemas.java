package io.beamhouse.io.files;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.SchemaJson;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;

/** What file schemas may be, and how they grow. */
final class FileSchemas {
  private FileSchemas() {}

  /** Refuses types that have no place in the type table, all at once. */
  static void check(Schema schema) {
    Problems problems = new Problems();
    if (schema.getFieldCount() == 0) {
      problems.add("schema", "has no field; a file needs at least one column");
    }
    schema.getFields().forEach(field -> check(field.getName(), field.getType(), problems));
    problems.throwIfAny();
  }

  private static void check(String where, FieldType type, Problems problems) {
    switch (type.getTypeName()) {
      case ROW ->
          type.getRowSchema()
              .getFields()
              .forEach(field -> check(where + "." + field.getName(), field.getType(), problems));
      case ARRAY, ITERABLE -> check(where + "[]", type.getCollectionElementType(), problems);
      case MAP -> {
        TypeName key = type.getMapKeyType().getTypeName();
        if (key.isCompositeType() || key.isCollectionType() || key.isMapType()) {
          problems.add(where, "has map keys of type " + key + "; allowed are scalars");
        }
        check(where + "{}", type.getMapValueType(), problems);
      }
      default -> {
        try {
          SchemaJson.typeName(type);
        } catch (IllegalArgumentException e) {
          problems.add(where, e.getMessage());
        }
      }
    }
  }

  /**
   * Returns a schema that rows of both fit: {@code old}'s fields, then {@code added}'s new ones; a
   * field that one of them lacks or has nullable is nullable.
   *
   * @throws IllegalArgumentException when a field has two types; names it
   */
  static Schema union(Schema old, Schema added) {
    Map<String, FieldType> types = new LinkedHashMap<>();
    for (Field field : old.getFields()) {
      FieldType type = field.getType();
      if (!added.hasField(field.getName())) {
        types.put(field.getName(), type.withNullable(true));
        continue;
      }
      FieldType other = added.getField(field.getName()).getType();
      if (!type.withNullable(true).equals(other.withNullable(true))) {
        throw new IllegalArgumentException(
            "column "
                + field.getName()
                + " is "
                + SchemaJson.typeName(type)
                + " in older files and "
                + SchemaJson.typeName(other)
                + " in newer ones");
      }
      types.put(field.getName(), type.withNullable(type.getNullable() || other.getNullable()));
    }
    for (Field field : added.getFields()) {
      types.computeIfAbsent(field.getName(), name -> field.getType().withNullable(true));
    }
    Schema.Builder union = Schema.builder();
    types.forEach(union::addField);
    return union.build();
  }

  /** Refuses {@code given}, when there is one, unless it has the fields of {@code found}. */
  static void checkSame(Schema given, Schema found, String where) {
    if (given == null) {
      return;
    }
    Map<String, FieldType> expected = new HashMap<>();
    given.getFields().forEach(field -> expected.put(field.getName(), field.getType()));
    Map<String, FieldType> actual = new HashMap<>();
    found.getFields().forEach(field -> actual.put(field.getName(), field.getType()));
    if (!expected.equals(actual)) {
      throw new SpecException(
          "schema",
          "is not that of the manifests in "
              + where
              + "; found "
              + SchemaJson.toJson(found)
              + ". Leave schema out, since manifests have their own");
    }
  }
}
