package io.beamhouse.quality;

import org.apache.beam.sdk.schemas.Schema;

/** Binds a metric to a schema. */
final class MetricFit {
  private MetricFit() {}

  static void check(Metric metric, RuleSchema schema) {
    for (int i = 0; i < metric.columns().size(); i++) {
      String column = metric.columns().get(i);
      String key = metric.kind().text() + ".of";
      switch (metric.kind()) {
        case SUM, MEAN -> schema.index(column, key, ColumnKind::isNumber, "is for numbers");
        case FRESHNESS ->
            schema.index(column, key, Latest::takes, "is for dates and times with a day");
        case UNIQUE, DISTINCT, EXISTS_IN ->
            schema.index(column, key, KeyEncoder::isKey, "is for single values");
        default -> schema.index(column, key);
      }
    }
  }

  /**
   * @param keysElsewhere whether duplicate and missing keys are only summed up here
   */
  static Measure<?> measure(Metric metric, Schema schema, boolean keysElsewhere) {
    int index = metric.columns().isEmpty() ? -1 : schema.indexOf(metric.columns().get(0));
    ColumnKind kind = index < 0 ? null : ColumnKind.of(schema.getField(index).getType());
    return switch (metric.kind()) {
      case ROW_COUNT -> new RowCount(true);
      case NULL_SHARE -> new NullShare(index);
      case DISTINCT -> new Distinct(KeyEncoder.of(schema, metric.columns()));
      case FRESHNESS -> new Latest(index, kind);
      case SUM -> new Total(index, kind, false);
      case MEAN -> new Total(index, kind, true);
      case UNIQUE ->
          keysElsewhere
              ? new RowCount(false)
              : new KeySample(KeyEncoder.of(schema, metric.columns()));
      case EXISTS_IN -> new RowCount(false);
    };
  }
}
