/** The command line. */
package io.beamhouse.pipelines.cli;
