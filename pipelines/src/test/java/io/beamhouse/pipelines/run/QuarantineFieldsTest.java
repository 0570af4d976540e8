package io.beamhouse.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.report.QuarantineSample.Field;
import org.junit.jupiter.api.Test;

class QuarantineFieldsTest {
  private static final String RAW =
      """
      {"id": 7, "name": "Ada", "gone": null, "api_key": "k-1", "ok": true,
       "inside": {"user": "u", "password": "p", "deep": [{"token": "t"}]}}
      """;

  @Test
  void valuesAreMaskedUnlessAskedFor() {
    assertThat(QuarantineSamples.fields(RAW, false))
        .containsExactly(
            new Field("id", "••• number", true),
            new Field("name", "••• text of 3", true),
            new Field("gone", "null", true),
            new Field("api_key", "••• text of 3", true),
            new Field("ok", "••• truth value", true),
            new Field("inside", "••• 3 fields", true));
  }

  @Test
  void whatIsNamedLikeASecretIsNeverShown() {
    assertThat(QuarantineSamples.fields(RAW, true))
        .contains(
            new Field("name", "Ada", false),
            new Field("api_key", "••• text of 3", true),
            new Field(
                "inside",
                "{\"user\":\"u\",\"password\":\"•••\",\"deep\":[{\"token\":\"•••\"}]}",
                false));
  }
}
