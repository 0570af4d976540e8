/** What a spec can name: every provider on the class path, by its name in specs. */
package io.beamhouse.pipelines.registry;
