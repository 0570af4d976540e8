package io.beamhouse.examples;

import io.beamhouse.io.delta.DeltaIO;
import io.beamhouse.io.files.FilesIO;
import io.beamhouse.quality.CheckRows;
import io.beamhouse.quality.RowRule;
import io.beamhouse.transforms.flatten.FlattenRows;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Duration;

class KeepEvents {
  /** {@code events} are unbounded: {event_id, at, user: {id, device}}. */
  static void keep(PCollection<Row> events, String lake) {
    PCollection<Row> minutes =
        events.apply(
            "Minutes",
            Window.<Row>into(FixedWindows.of(Duration.standardMinutes(1)))
                .withAllowedLateness(Duration.standardDays(1))
                .triggering(
                    AfterWatermark.pastEndOfWindow()
                        .withLateFirings(
                            AfterProcessingTime.pastFirstElementInPane()
                                .plusDelayOf(Duration.standardMinutes(1))))
                .discardingFiredPanes());
    minutes.apply(
        "Bronze",
        FilesIO.writeParquet(lake + "/bronze/events")
            .withPartitionPath("{at:yyyy/MM/dd/HH/mm}")
            .withStreamToken("events"));

    CheckRows.Result checked =
        minutes
            .apply("Flatten", FlattenRows.create())
            .main()
            .apply("Check", CheckRows.of(RowRule.notNull("user_id")));
    checked
        .quarantined()
        .apply(
            "Quarantine",
            DeltaIO.write().to(lake + "/quarantine/events").withStreamToken("events"));
    checked
        .rows()
        .apply("Append", DeltaIO.write().to(lake + "/silver/views").withStreamToken("events"));
    checked
        .rows()
        .apply(
            "Merge",
            DeltaIO.merge()
                .into(lake + "/silver/events")
                .withKeys("event_id")
                .withSequenceBy("at"));
  }
}
