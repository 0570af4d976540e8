package io.beamhouse.pipelines.report;

import io.beamhouse.core.Internal;
import java.util.List;

/**
 * A refused record as a page shows it.
 *
 * @param position where it stood; null when unknown
 * @param fields its fields in their order, as they may be shown
 */
@Internal
public record QuarantineSample(
    String id, String step, String rule, String message, String position, List<Field> fields) {
  /**
   * A field.
   *
   * @param shown its value, or what kind of value it has when it is masked
   */
  @Internal
  public record Field(String name, String shown, boolean masked) {}

  /**
   * Records of one quarantine table.
   *
   * @param samples a few for each rule
   * @param note what is to be known of them: that not all were looked at, or why there are none
   */
  @Internal
  public record Table(String sink, String path, List<QuarantineSample> samples, String note) {}

  public QuarantineSample {
    fields = List.copyOf(fields);
  }
}
