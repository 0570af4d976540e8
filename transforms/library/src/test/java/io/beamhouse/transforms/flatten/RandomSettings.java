package io.beamhouse.transforms.flatten;

import java.util.Random;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;

/** Chooses at random, among what loses nothing, what becomes of each path. */
final class RandomSettings {
  private final Random random;
  private FlattenRows flatten = FlattenRows.create().withKeys("id").withPresence();

  private RandomSettings(Random random) {
    this.random = random;
  }

  static FlattenRows lossless(Schema schema, Random random) {
    RandomSettings settings = new RandomSettings(random);
    if (random.nextInt(4) == 0) {
      settings.flatten = settings.flatten.withDepth(1 + random.nextInt(4));
    }
    if (random.nextInt(4) == 0) {
      settings.flatten = settings.flatten.withMaxNameLength(16).withSeparator("_of_the_");
    }
    settings.fields("", schema);
    return settings.flatten;
  }

  private void fields(String path, Schema schema) {
    for (Field field : schema.getFields()) {
      type(FieldPath.field(path, field.getName()), field.getType());
    }
  }

  /** A map under a key without letters keeps no rest: its column would have its parent's name. */
  private void unnamed(String path, FieldType type) {
    if (type.getTypeName() == TypeName.MAP) {
      flatten = flatten.withMap(path, random.nextBoolean() ? Choice.JSON : Choice.KEEP);
    } else {
      type(path, type);
    }
  }

  private void type(String path, FieldType type) {
    int pick = random.nextInt(8);
    switch (type.getTypeName()) {
      case ROW -> {
        Choice choice = pick == 0 ? Choice.JSON : pick == 1 ? Choice.KEEP : Choice.COLUMNS;
        flatten = flatten.withStruct(path, choice);
        if (choice == Choice.COLUMNS) {
          fields(path, type.getRowSchema());
        }
      }
      case ARRAY -> {
        Choice choice = pick == 0 ? Choice.JSON : pick == 1 ? Choice.KEEP : Choice.CHILD;
        flatten = flatten.withArray(path, choice);
        if (choice == Choice.CHILD) {
          type(FieldPath.element(path), type.getCollectionElementType());
        }
      }
      case MAP -> {
        if (pick < 3) {
          flatten = flatten.withMapColumns(path, "", "a");
          unnamed(FieldPath.entry(path, ""), type.getMapValueType());
          type(FieldPath.entry(path, "a"), type.getMapValueType());
          return;
        }
        Choice choice = pick == 3 ? Choice.JSON : pick == 4 ? Choice.KEEP : Choice.ROWS;
        flatten = flatten.withMap(path, choice);
        if (choice == Choice.ROWS) {
          type(FieldPath.mapValue(path), type.getMapValueType());
        }
      }
      case STRING -> {
        if (pick < 3) {
          flatten = flatten.withSplit(path, pick == 0 ? "," : "a");
          flatten = flatten.withArray(path, pick == 1 ? Choice.KEEP : Choice.CHILD);
        }
      }
      default -> {
        // A scalar has no choice.
      }
    }
  }
}
