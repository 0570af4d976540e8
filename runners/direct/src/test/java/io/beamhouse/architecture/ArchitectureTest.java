package io.beamhouse.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.Internal;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;

/** The boxes, their arrows and how code inside them looks. */
@AnalyzeClasses(packages = "io.beamhouse", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule LAYERS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("core")
          .definedBy("io.beamhouse.core..")
          .layer("transforms")
          .definedBy("io.beamhouse.transforms..", "io.beamhouse.sql..", "io.beamhouse.quality..")
          .layer("io")
          .definedBy("io.beamhouse.io..")
          .layer("pipelines")
          .definedBy("io.beamhouse.pipelines..")
          .layer("runners")
          .definedBy("io.beamhouse.runners..")
          .whereLayer("runners")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("pipelines")
          .mayOnlyBeAccessedByLayers("runners")
          .whereLayer("transforms")
          .mayOnlyBeAccessedByLayers("pipelines", "runners")
          .whereLayer("io")
          .mayOnlyBeAccessedByLayers("pipelines", "runners");

  @ArchTest
  static final ArchRule CONNECTORS_DO_NOT_KNOW_EACH_OTHER =
      slices()
          .matching("io.beamhouse.io.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              DescribedPredicate.alwaysTrue(),
              resideInAnyPackage("io.beamhouse.io.core..", "io.beamhouse.io.parquet.."))
          .ignoreDependency(
              resideInAPackage("io.beamhouse.io.contract.."), DescribedPredicate.alwaysTrue());

  @ArchTest
  static final ArchRule FREE_OF_CYCLES =
      slices().matching("io.beamhouse.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_RUNNERS_KNOW_RUNNERS =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.beamhouse.runners..", "io.beamhouse.testing..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.beam.runners..", "org.apache.spark..");

  @ArchTest
  static final ArchRule KERNEL_INTERNALS_STAY_IN_THE_LOG =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.beamhouse.io.delta.log..", "io.beamhouse.testing..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.delta.kernel.internal..");

  @ArchTest
  static final ArchRule NO_BEAM_INTERNALS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.beamhouse.sql..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.beam.vendor..", "org.apache.beam.sdk.util..");

  /** Beam SQL's own interface is Calcite's, as Beam vendors it. */
  @ArchTest
  static final ArchRule SQL_KNOWS_CALCITE_ONLY =
      noClasses()
          .that()
          .resideInAPackage("io.beamhouse.sql..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.beam.vendor.guava..", "org.apache.beam.sdk.util..");

  @ArchTest
  static final ArchRule PTRANSFORM_NAMES =
      classes()
          .that()
          .areAssignableTo(PTransform.class)
          .and()
          .areTopLevelClasses()
          .should()
          .haveNameNotMatching(".*(Transform|Reader|Writer|Source|Sink)$");

  @ArchTest
  static final ArchRule DOFNS_ARE_HIDDEN =
      classes()
          .that()
          .areAssignableTo(DoFn.class)
          .should()
          .notBePublic()
          .andShould()
          .haveSimpleNameEndingWith("Fn");

  @ArchTest
  static final ArchRule DOFNS_HOLD_NO_STATE =
      fields()
          .that()
          .areDeclaredInClassesThat()
          .areAssignableTo(DoFn.class)
          .and()
          .areNotStatic()
          .should()
          .beFinal()
          .orShould()
          .haveModifier(JavaModifier.TRANSIENT);

  @ArchTest
  static final ArchRule PUBLIC_TYPES_STATE_THEIR_STABILITY =
      classes()
          .that()
          .arePublic()
          .and()
          .areTopLevelClasses()
          .and()
          .areNotAnnotations()
          .and()
          .haveSimpleNameNotStartingWith("AutoValue_")
          .and()
          .resideOutsideOfPackage("io.beamhouse.runners..")
          .should()
          .beAnnotatedWith(Evolving.class)
          .orShould()
          .beAnnotatedWith(Internal.class);

  /**
   * A lost executor makes Spark re-run only its partitions; rows under a random or time-based key
   * would move to other shards, some lost and some doubled.
   */
  @ArchTest
  static final ArchRule NO_RANDOM_SHUFFLE_KEYS =
      noClasses()
          .should(
              Calls.to("org.apache.beam.sdk.transforms.Reshuffle", "viaRandomKey")
                  .orTo("org.apache.beam.sdk.transforms.Combine$PerKey", "withHotKeyFanout")
                  .orTo("org.apache.beam.sdk.transforms.Combine$Globally", "withFanout")
                  .orTo("org.apache.beam.sdk.transforms.GroupIntoBatches", "withShardedKey")
                  .orTo("org.apache.beam.sdk.io.FileIO$Write", "withNumShards")
                  .orTo("org.apache.beam.sdk.io.TextIO$Write", "withNumShards")
                  .orTo("org.apache.beam.sdk.transforms.Wait", "on"));

  /**
   * The Spark runner refuses it, and idempotent effects need no stable input. What commits panes of
   * unbounded collections does need it, and is refused there for good reason: that runner loses
   * rows.
   */
  @ArchTest
  static final ArchRule NO_REQUIRES_STABLE_INPUT =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.beamhouse.io.core.pane")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(DoFn.RequiresStableInput.class);

  /** Beam infers an empty schema for a record and fails when it decodes. */
  @ArchTest
  static final ArchRule NO_SCHEMA_ON_RECORDS =
      noClasses()
          .that()
          .areAssignableTo(Record.class)
          .should()
          .beAnnotatedWith(org.apache.beam.sdk.schemas.annotations.DefaultSchema.class);

  @ArchTest
  static final ArchRule NO_JUL = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  @ArchTest
  static final ArchRule NO_STDOUT =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.beamhouse.pipelines.cli..", "io.beamhouse.runners..")
          .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule NO_GENERIC_EXCEPTIONS =
      GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

  @ArchTest
  static final ArchRule NO_JUNK_DRAWERS =
      noClasses()
          .should()
          .resideInAnyPackage("..util..", "..common..", "..helper..", "..manager..");
}
