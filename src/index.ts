/**
 * phenocover: yearly land-cover maps from Sentinel-2 image series and an old, coarse map.
 *
 * ```ts
 * import { openStudy, retrieveScenes, buildCube } from "phenocover";
 *
 * const study = await openStudy({ manifest: "slovenia" });
 * await buildCube(study, await retrieveScenes(study));
 * ```
 *
 * Functions are grouped by the stages of the method. Importing the package loads neither
 * TensorFlow nor a native addon; the first function that needs one does.
 */

// Study

export * from "./errors.js";
export type { LandCoverClass, Legend, Manifest, Parameters } from "./manifest/manifest.js";
export { defaultParameters } from "./manifest/manifest.js";
export { readManifest } from "./manifest/readManifest.js";
export { type OnProgress, printProgress } from "./progress.js";
export { createRandom, type Random } from "./random.js";
export { networkMaps, networkModels } from "./study/models.js";
export { openStudy, type StudyOptions } from "./study/openStudy.js";
export type { RunFolder, Study } from "./study/study.js";

// Scenes and cube

export { buildCube } from "./cube/buildCube.js";
export type { Cube, CubeBlock, YearCube } from "./cube/cube.js";
export { openCube } from "./cube/openCube.js";
export { readScaler, type Scaler } from "./cube/scaler.js";
export { readSequences } from "./cube/sequences.js";
export {
  type BandValues,
  brightness,
  bsi,
  evi,
  mndwi,
  nbr2,
  ndmi,
  ndvi,
  ndwi,
} from "./cube/spectralIndices.js";
export { mappingDay } from "./scenes/mappingYear.js";
export { retrieveScenes } from "./scenes/retrieveScenes.js";
export type { Scene, SceneDecision } from "./scenes/scene.js";

// Labels and samples

export { labelIds } from "./labels/labelIds.js";
export { openLabels, prepareLabels } from "./labels/prepareLabels.js";
export type { LabelMap, SourceClass } from "./labels/sourceClass.js";
export { BlockSet, type Blocks, openBlocks, prepareBlocks } from "./samples/blocks.js";
export { type DrawReport, drawSamples } from "./samples/drawSamples.js";
export { type ReliableReport, selectReliable } from "./samples/reliable.js";
export { readSamples } from "./samples/sampleFile.js";
export type { SampleTable } from "./samples/sampleTable.js";
export { type StableSet, stableSet } from "./samples/stable.js";

// Clusters, forests and networks

export { kmeans, kmeansSteps } from "./cluster/kmeans.js";
export { silhouette } from "./cluster/silhouette.js";
export { readForest, writeForest } from "./forest/forestFile.js";
export { permutationImportance } from "./forest/importance.js";
export { forestOnnx } from "./forest/onnx.js";
export { predictForest } from "./forest/predict.js";
export { pseudoLabels } from "./forest/pseudoLabels.js";
export { trainForest } from "./forest/trainForest.js";
export { trainForests } from "./forest/trainForests.js";
export { networkJobs } from "./network/networkJobs.js";
export { predictYears } from "./network/predictYears.js";
export { type NetworkJob, type TrainingSummary, trainNetworks } from "./network/trainNetworks.js";
export { trainSoftNetwork } from "./network/trainSoftNetwork.js";

// Maps

export { writeBaselineMaps } from "./maps/baselineMaps.js";
export { changeCounts, writeChangeMap } from "./maps/changeMap.js";
export { readYearMap } from "./maps/labelMap.js";
export { predictMaps } from "./maps/predictMaps.js";
export { readProbabilities, writeYearMaps } from "./maps/yearMaps.js";

// Consistency

export { bayesianSmoothing } from "./consistency/bayesianSmoothing.js";
export { bilateralSmoothing } from "./consistency/bilateralSmoothing.js";
export { fitGroupMoves } from "./consistency/fitGroupMoves.js";
export { fitTransitions } from "./consistency/fitTransitions.js";
export { defaultRates, groupedClasses, groupedHmm } from "./consistency/groupedHmm.js";
export { hmmClasses, viterbiClasses } from "./consistency/hmm.js";
export { localClasses, localMoves } from "./consistency/localHmm.js";
export { meanProbabilities } from "./consistency/meanProbabilities.js";
export {
  type ConsistencyMethod,
  consistencyMethods,
  type SeriesModel,
} from "./consistency/methods.js";
export { distanceClasses } from "./consistency/probabilityDistance.js";
export {
  type ClassSeries,
  type ProbabilitySeries,
  probabilitySeries,
  yearlyArgmax,
} from "./consistency/probabilitySeries.js";
export { readSeries } from "./consistency/readSeries.js";
export { readSeriesModel } from "./consistency/seriesModel.js";
export { withoutSmallChanges } from "./consistency/smallChanges.js";
export { classTransitions, groupTransitions } from "./consistency/transitions.js";
export { writeConsistencyMaps } from "./consistency/writeConsistencyMaps.js";

// Change

export {
  changeCode,
  changeCodes,
  codeClasses,
  flickerCounts,
  yearOfChange,
} from "./change/changeCodes.js";
export { forestLoss } from "./change/forestLoss.js";
export { patchStatistics } from "./change/patchStatistics.js";
export { writeChangeProducts } from "./change/writeChangeProducts.js";

// Assessment

export { writeAccuracyTables } from "./assess/accuracyTable.js";
export { writeAgreementTables } from "./assess/agreementTables.js";
export { writeCalibrationTable } from "./assess/calibrationTable.js";
export { writeChangeAccuracyTable } from "./assess/changeAccuracyTable.js";
export { writeChangeAreaTables } from "./assess/changeAreaTables.js";
export { writeChangeTables } from "./assess/changeTable.js";
export { writeCheckerboardTable } from "./assess/checkerboardTable.js";
export { writeConditionTable } from "./assess/conditionTable.js";
export { writeCurveTable } from "./assess/curveTable.js";
export { writeComparisonTables } from "./assess/differences.js";
export { writeInterpretedAreaTables } from "./assess/interpretedArea.js";
export { mainModels, mappedModels } from "./assess/models.js";
export { writeOtherMapsTable } from "./assess/otherMapsTable.js";
export { writePurityTable } from "./assess/purityTable.js";
export { writeSampledAreaTable } from "./assess/sampledArea.js";
export { writeTransferTable } from "./assess/transferTable.js";
export { writeTruthMaps } from "./assess/truthMaps.js";

// Samples of reference points

export { changeStrata, changeStrataNames } from "./sampling/changeStrata.js";
export { drawPoints } from "./sampling/drawPoints.js";
export {
  interpreterAgreement,
  readDesign,
  readInterpretation,
  writeDesign,
  writePoints,
} from "./sampling/pointFiles.js";
export { allocate, sampleSize } from "./sampling/sampleSize.js";
export { type StratifiedSample, stratifiedEstimates } from "./sampling/stratified.js";
export { type StrataSample, stratifiedRatio, stratifiedShare } from "./sampling/unequalStrata.js";

// Figures and report

export {
  clearOutput,
  type Displayable,
  display,
  jupyterDisplay,
  type MimeBundle,
} from "./display.js";
export { coverageChart } from "./figures/charts/coverage.js";
export { lossCurves } from "./figures/charts/lossCurves.js";
export { scoreBars } from "./figures/charts/scoreBars.js";
export { seriesByClass } from "./figures/charts/seriesByClass.js";
export { changePicture, classPicture } from "./figures/classPicture.js";
export { classSeries, seasonMeasure } from "./figures/classSeries.js";
export { type Figure, showFigure } from "./figures/figure.js";
export { htmlTable } from "./figures/htmlTable.js";
export { imagePicture, nearestDate } from "./figures/imagePicture.js";
export { savePicture } from "./figures/picture.js";
export { saveFigures } from "./figures/saveFigures.js";
export { agreementTable } from "./report/agreementTable.js";
export { changeAreasTable, sampledAreaTable } from "./report/changeAreas.js";
export { curveCharts, curveTable } from "./report/curveFigures.js";
export { outcomeInWords } from "./report/inWords.js";
export { readTable } from "./report/readTable.js";
export { recommendation } from "./report/recommendation.js";
export { agreementCharts, studyPictures } from "./report/studyFigures.js";
export { summaryTable } from "./report/summaryTable.js";
export { writeReport } from "./report/writeReport.js";

// Rasters and tables

export {
  type Bounds,
  type Grid,
  gridFromBounds,
  pixelCount,
  pixelHectares,
} from "./raster/grid.js";
export { type Raster, readRaster } from "./raster/readRaster.js";
export { warpNearest } from "./raster/warp.js";
export { type CogImage, writeCog } from "./raster/writeCog.js";
export { formatCsv, parseCsv, type Row, readCsv, writeCsv } from "./table/csv.js";
export { tableNumbers, tableRows } from "./table/table.js";

// Notebooks and runs

export { readNotebook } from "./notebook/document/readNotebook.js";
export { executeNotebook, type RunHooks, type RunOptions } from "./notebook/executeNotebook.js";
export { inspectNotebook } from "./notebook/inspectNotebook.js";
export { type Engine, type EngineRun, registerEngine } from "./notebook/run/engine.js";
export { type RunRecord, readRecord } from "./run/record.js";
export { verifyRun } from "./run/verifyRun.js";
