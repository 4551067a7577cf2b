"""Train a stacked LSTM that forecasts next week's atmospheric CO2 at Mauna Loa from the 52 weeks before.

Writes model.keras and expected.json (windows of the held-out years with what Keras gives for them) and prints the accuracy.
Needs: pip install keras tensorflow-cpu numpy.  Data: co2.csv, weekly, ppm (Keeling and Whorf, SIO/CDIAC; public domain).
"""
import csv, json, os
os.environ.setdefault('KERAS_BACKEND', 'tensorflow'); os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import numpy as np, keras

HERE = os.path.dirname(os.path.abspath(__file__))
WEEKS, HELD_OUT = 52, 416

values = []
with open(f'{HERE}/co2.csv') as f:
    rows = csv.reader(f)
    next(rows)
    for row in rows:
        values.append(float(row[1]) if row[1] else np.nan)
series = np.asarray(values)
known = ~np.isnan(series)
series = np.interp(np.arange(len(series)), np.arange(len(series))[known], series[known])

# a window is given relative to its last week, so that the model need not know how high the level has risen
def windows(s):
    x = np.lib.stride_tricks.sliding_window_view(s, WEEKS + 1)
    base = x[:, WEEKS - 1:WEEKS]
    return (x[:, :WEEKS, None] - base[:, :, None]).astype('float32'), (x[:, WEEKS:] - base).astype('float32'), base[:, 0]

x, y, _ = windows(series[:-HELD_OUT])
xt, yt, base = windows(series[-HELD_OUT - WEEKS:])
xt = np.round(xt, 6)  # as they are written to expected.json
keras.utils.set_random_seed(3)
model = keras.Sequential([
    keras.Input((WEEKS, 1), name='co2_minus_last'),
    keras.layers.LSTM(32, return_sequences=True),
    keras.layers.LSTM(16),
    keras.layers.Dense(1, name='change')], name='co2_forecast')
model.compile('adam', 'mse')
model.fit(x, y, epochs=12, batch_size=64, verbose=2)
p = model.predict(xt, verbose=0, batch_size=len(xt))
print('mean absolute error, ppm:', float(np.abs(p - yt).mean()), 'last value carried on:', float(np.abs(yt).mean()))
model.save(f'{HERE}/model.keras')
with open(f'{HERE}/expected.json', 'w') as f:
    f.write('{"absolute": 1e-05, "relative": 1e-05, "rows": [\n')
    f.write(',\n'.join(json.dumps({'inputs': [[[round(float(v), 6)] for v in xt[i, :, 0]]], 'outputs': [[float(p[i, 0])]]})
                       for i in range(0, len(xt), 4)))
    f.write('\n]}\n')
