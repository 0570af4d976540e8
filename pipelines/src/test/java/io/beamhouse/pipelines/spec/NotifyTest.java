package io.beamhouse.pipelines.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.spec.Notify.Format;
import io.beamhouse.pipelines.spec.Notify.Outcome;
import io.beamhouse.pipelines.spec.Notify.Target;
import io.beamhouse.pipelines.testing.Specs;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotifyTest {
  private static final String PIPELINE =
      "pipeline: {transforms: [{type: Create, config: {elements: [1]}}]}\n";

  @Test
  void aTargetHasDefaultsAndTakesParameters() {
    Notify read =
        Specs.compile(
                """
                parameters:
                  desk: {type: secret, default: "${env:DESK}"}
                  where: {default: https://example.com}
                notify:
                  - {type: slack, url: "${desk}"}
                  - {name: all, type: webhook, url: "${where}/x", on: nothing_new, timeout: 1s}
                """
                    + PIPELINE)
            .notifications();
    Target slack = read.targets().get(0);
    assertThat(slack.name()).isEqualTo("slack-1");
    assertThat(slack.type()).isEqualTo(Notify.Type.SLACK);
    assertThat(slack.url()).isEqualTo("${env:DESK}");
    assertThat(slack.on()).containsExactlyInAnyOrder(Outcome.FAILURE, Outcome.GATE);
    assertThat(slack.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(slack.repeatAfter()).isEqualTo(Duration.ofHours(1));
    Target all = read.targets().get(1);
    assertThat(all.url()).isEqualTo("https://example.com/x");
    assertThat(all.on()).containsExactly(Outcome.NOTHING_NEW);
    assertThat(all.format()).isEqualTo(Format.CLOUDEVENTS);
  }

  @Test
  void everyProblemIsReportedWithItsLineAndWithoutSecrets() {
    String problems =
        Specs.problems(
            """
            notify:
              - {type: webhok, url: "http://a"}
              - {url: "http://a"}
              - {type: webhook}
              - {type: file, path: /x, url: "http://a"}
              - {type: webhook, url: "ftp://me:pw@a"}
              - {type: webhook, url: "http://a", headers: {Authorization: Bearer s3cret}}
              - {type: webhook, url: "http://a", on: [fail], timeout: 2m, name: "a b"}
              - {type: kafka, topic: t, settings: {sasl.jaas.config: s3cret}}
              - {type: slack, url: "http://a", name: twice}
              - {type: slack, url: "http://a", name: twice, tiemout: 1s}
              - {type: command, command: {a: b}}
              - 7
            on_event: {set: {a: "../x"}}
            """
                + PIPELINE);
    assertThat(problems.lines().map(line -> line.replaceFirst("s.yaml:", "")))
        .containsExactly(
            "2: notify[0].type: unknown 'webhok' - did you mean 'webhook'?; allowed: webhook,"
                + " slack, oci_notifications, command, file, kafka",
            "3: notify[1].type: required key is missing; allowed: webhook, slack,"
                + " oci_notifications, command, file, kafka",
            "4: notify[2].url: required key is missing for type webhook",
            "5: notify[3].url: does not go with type file",
            "6: notify[4].url: expected an http(s) address without a user, or ${env:NAME}",
            "7: notify[5].headers: Authorization: a secret must be a reference like ${env:NAME} or"
                + " ${file:/path}; a literal is refused",
            "8: notify[6].name: 'a b' may hold letters, digits, '.', '_' and '-' only",
            "8: notify[6].on: unknown 'fail'; allowed: success, failure, gate, nothing_new",
            "8: notify[6].timeout: allowed is more than 0 and at most 1m: the run waits for it",
            "8: notify[6].on: is empty; allowed: success, failure, gate, nothing_new",
            "9: notify[7].settings: sasl.jaas.config: a secret must be a reference like ${env:NAME}"
                + " or ${file:/path}; a literal is refused",
            "9: notify[7].settings: needs bootstrap.servers",
            "11: notify[9].tiemout: unknown key 'tiemout' - did you mean 'timeout'?; allowed: name,"
                + " type, on, format, url, headers, path, command, topic, settings, timeout,"
                + " repeat_after",
            "11: notify[9].name: 'twice' is there twice",
            "12: notify[10].command: expected texts, found a mapping",
            "13: notify[11]: expected a mapping, found '7'",
            "13: notify[11].type: required key is missing; allowed: webhook, slack,"
                + " oci_notifications, command, file, kafka",
            "14: on_event.type: required key is missing, such as io.beamhouse.run.completed",
            "14: on_event.set: a: '../x' is no place in an event, like data.pipeline");
  }

  @Test
  void noNotifyTellsNobody() {
    assertThat(Specs.compile(PIPELINE).notifications().targets()).isEmpty();
    assertThat(Specs.compile("notify:\n" + PIPELINE).notifications()).isEqualTo(Notify.NONE);
    assertThat(Specs.problems("notify: []\n" + PIPELINE, Map.of())).isEmpty();
  }
}
