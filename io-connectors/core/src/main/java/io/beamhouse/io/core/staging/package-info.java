/** How rows reach a committer: staged inside the DoFn that makes them, with their counts. */
package io.beamhouse.io.core.staging;
