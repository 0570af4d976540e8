package io.beamhouse.core.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemsTest {
  @Test
  void throwsAllProblemsAtOnce() {
    Problems problems = new Problems().add("keys", "unknown column 'idd'").add("", "no table");

    assertThatThrownBy(problems::throwIfAny)
        .isInstanceOf(SpecException.class)
        .hasMessage("keys: unknown column 'idd'\nno table");
  }

  @Test
  void doesNothingWithoutProblems() {
    new Problems().throwIfAny();
  }

  @Test
  void suggestsTheNearestNameOnly() {
    assertThat(Problems.didYouMean("how_mny", List.of("how_many", "rules")))
        .isEqualTo(" - did you mean 'how_many'?");
    assertThat(Problems.didYouMean("xyz", List.of("how_many", "rules"))).isEmpty();
  }
}
