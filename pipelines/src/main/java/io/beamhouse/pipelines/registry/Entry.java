package io.beamhouse.pipelines.registry;

import io.beamhouse.core.Internal;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;

/**
 * One transform that a spec can name.
 *
 * @param name in specs
 * @param provider turns a config row into the transform
 */
@Internal
public record Entry(String name, SchemaTransformProvider provider) {

  /** Whether the provider keeps to our contract, rather than being one of Beam's own. */
  public boolean ours() {
    return provider instanceof TransformProvider<?>;
  }

  public String description() {
    return provider.description();
  }

  /** The YAML of one step; nothing for Beam's own transforms. */
  public Optional<String> example() {
    return provider instanceof TransformProvider<?> own
        ? Optional.of(own.example())
        : Optional.empty();
  }

  public Schema configSchema() {
    return provider.configurationSchema();
  }

  public List<String> inputs() {
    return provider.inputCollectionNames();
  }

  /** Whether inputs of other names are taken too. */
  public boolean takesOtherInputs() {
    return !(provider instanceof TransformProvider<?> own) || own.takesOtherInputs();
  }

  /** The declared outputs, without the one that {@code error_handling} adds. */
  public List<String> outputs() {
    return provider.outputCollectionNames();
  }
}
