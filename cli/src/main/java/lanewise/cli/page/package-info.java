/**
 * Pictures of models: HTML pages that stand alone, without scripts, and the numbers behind them. Commands say what they
 * want; nothing here reads options or files.
 */
package lanewise.cli.page;
