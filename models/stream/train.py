"""Train stacked LSTM layers that, fed week after week with the change of the atmospheric CO2 at Mauna Loa, forecast the next change each time.

Writes model.keras and expected.json (the held-out years, in one piece and as short pieces, with what Keras gives) and prints the accuracy.
Needs: pip install keras tensorflow-cpu numpy.  Data: ../forecast/co2.csv, weekly, ppm (Keeling and Whorf, SIO/CDIAC; public domain).
"""
import csv, json, os
os.environ.setdefault('KERAS_BACKEND', 'tensorflow'); os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
import numpy as np, keras

HERE = os.path.dirname(os.path.abspath(__file__))
WEEKS, HELD_OUT = 104, 416

values = []
with open(f'{HERE}/../forecast/co2.csv') as f:
    rows = csv.reader(f)
    next(rows)
    for row in rows:
        values.append(float(row[1]) if row[1] else np.nan)
series = np.asarray(values)
known = ~np.isnan(series)
series = np.interp(np.arange(len(series)), np.arange(len(series))[known], series[known])
change = np.diff(series)

train, held = change[:-HELD_OUT], change[-HELD_OUT:]
pieces = np.lib.stride_tricks.sliding_window_view(train, WEEKS + 1)
x, y = pieces[:, :-1, None].astype('float32'), pieces[:, 1:, None].astype('float32')
keras.utils.set_random_seed(3)
model = keras.Sequential([
    keras.Input((None, 1), name='change'),
    keras.layers.LSTM(32, return_sequences=True),
    keras.layers.LSTM(16, return_sequences=True),
    keras.layers.Dense(1, name='next_change')], name='co2_stream')
model.compile('adam', 'mse')
model.fit(x, y, epochs=6, batch_size=64, verbose=2)
xt = np.round(held[None, :-1, None], 6).astype('float32')
p = model.predict(xt, verbose=0)
print('mean absolute error, ppm:', float(np.abs(p[0, :, 0] - held[1:]).mean()), 'no change:', float(np.abs(held[1:]).mean()))
model.save(f'{HERE}/model.keras')
with open(f'{HERE}/expected.json', 'w') as f:
    rows = []
    for first, count in [(0, 415), (0, 1), (40, 2), (100, 52), (200, 104)]:
        part = xt[:, first:first + count]
        answer = model.predict(part, verbose=0)
        rows.append(json.dumps({'inputs': [[[round(float(v), 6)] for v in part[0, :, 0]]], 'outputs': [[[float(v)] for v in answer[0, :, 0]]]}))
    f.write('{"absolute": 1e-05, "relative": 1e-05, "rows": [\n' + ',\n'.join(rows) + '\n]}\n')
