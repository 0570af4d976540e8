package io.beamhouse.pipelines.run;

import io.beamhouse.core.error.GateRefusedException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** Which columns a source has gained; a new column counts once, whatever is nested in it. */
final class NewColumns {
  private NewColumns() {}

  /** Throws GateRefusedException when {@code now} has more than {@code most} new ones. */
  static void check(String source, Schema before, Schema now, long most) {
    List<String> gained = new ArrayList<>();
    find("", before, now, gained);
    if (gained.size() > most) {
      throw new GateRefusedException(
          source
              + " has "
              + gained.size()
              + " column(s) that the last run did not see ("
              + String.join(", ", gained)
              + "), more than guards.max_new_columns "
              + most
              + " allows. Nothing was published. Look at the source; if they are meant, raise the"
              + " guard for one run.");
    }
  }

  private static void find(String prefix, Schema before, Schema now, List<String> gained) {
    for (Field field : now.getFields()) {
      String path = prefix + field.getName();
      if (!before.hasField(field.getName())) {
        gained.add(path);
        continue;
      }
      Schema inside = nested(field.getType());
      Schema insideBefore = nested(before.getField(field.getName()).getType());
      if (inside != null && insideBefore != null) {
        find(path + ".", insideBefore, inside, gained);
      }
    }
  }

  private static Schema nested(FieldType type) {
    return switch (type.getTypeName()) {
      case ROW -> type.getRowSchema();
      case ARRAY, ITERABLE -> nested(type.getCollectionElementType());
      case MAP -> nested(type.getMapValueType());
      default -> null;
    };
  }
}
