/** The page that shows what a run did. */
package io.beamhouse.pipelines.report;
