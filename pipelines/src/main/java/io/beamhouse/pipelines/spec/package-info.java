/** Reads specs: YAML with line numbers, parameters, shapes and configs; every problem at once. */
package io.beamhouse.pipelines.spec;
