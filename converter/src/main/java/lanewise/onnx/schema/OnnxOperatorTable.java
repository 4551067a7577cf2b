package lanewise.onnx.schema;

/** ONNX's operators as it defines them, written by models/onnx_operators.py; see {@link OnnxSchema}. */
final class OnnxOperatorTable {
    /** A line for each form of an operator that some versions have. */
    static final String LINES = """
            Abs|1|T|T||6 T=3cfe;13 T=13cfe
            Acos|1|T|T||7 T=c02;22 T=10c02
            Acosh|1|T|T||9 T=c02;22 T=10c02
            Add|2|T T|T||7 T=3cc2;13 T=13cc2;14 T=13cfe
            AffineGrid|2|T1 T2|T1|align_corners:int|20 T1=10c02 T2=80
            And|2|T T|T1||7 T1=200 T=200
            ArgMax|1|T|#80|axis:int keepdims:int|1 T=3cfe
            ArgMax|1|T|#80|axis:int keepdims:int select_last_index:int|12 T=3cfe;13 T=13cfe
            ArgMin|1|T|#80|axis:int keepdims:int|1 T=3cfe
            ArgMin|1|T|#80|axis:int keepdims:int select_last_index:int|12 T=3cfe;13 T=13cfe
            Asin|1|T|T||7 T=c02;22 T=10c02
            Asinh|1|T|T||9 T=c02;22 T=10c02
            Atan|1|T|T||7 T=c02;22 T=10c02
            Atanh|1|T|T||9 T=c02;22 T=10c02
            Attention|3|T1 T1 T2 U? T1? T2?|T1 T1? T2? T1?|is_causal:int kv_num_heads:int q_num_heads:int \
            qk_matmul_output_mode:int scale:float softcap:float softmax_precision:int|23 T1=10c02 T2=10c02 U=13efe
            Attention|3|T1 T1 T2 U? T1? T2? #80?|T1 T1? T2? T1?|is_causal:int kv_num_heads:int q_num_heads:int \
            qk_matmul_output_mode:int scale:float softcap:float softmax_precision:int|24 T1=10c02 T2=10c02 U=13efe
            Attention|3|T1 T1 T2 U? T1? T2? #80?|T1 T1? T2? T1?|is_causal:int kv_num_heads:int left_window_size:int \
            q_num_heads:int qk_matmul_output_mode:int right_window_size:int scale:float softcap:float \
            softmax_precision:int|25 T1=10c02 T2=10c02 U=13efe
            AveragePool|1|T|T|auto_pad:string count_include_pad:int kernel_shape:ints! pads:ints strides:ints|7 \
            T=c02
            AveragePool|1|T|T|auto_pad:string ceil_mode:int count_include_pad:int kernel_shape:ints! pads:ints \
            strides:ints|10 T=c02
            AveragePool|1|T|T|auto_pad:string ceil_mode:int count_include_pad:int dilations:ints kernel_shape:ints! \
            pads:ints strides:ints|19 T=c02;22 T=10c02
            BatchNormalization|5|T T T T T|T T? T? T? T?|epsilon:float momentum:float spatial:int|7 T=c02
            BatchNormalization|5|T T T T T|T T? T? T? T?|epsilon:float momentum:float|9 T=c02
            BatchNormalization|5|T T T U U|T U? U?|epsilon:float momentum:float training_mode:int|14 T=10c02 U=10c02
            BatchNormalization|5|T T1 T1 T2 T2|T T2? T2?|epsilon:float momentum:float training_mode:int|15 T1=10c02 \
            T2=10c02 T=10c02
            BitCast|1|T1|T2|to:int!|26 T1=1fefe T2=1fefe
            BitShift|2|T T|T|direction:string!|11 T=3014;28 T=30fc
            BitwiseAnd|2|T T|T||18 T=30fc
            BitwiseNot|1|T|T||18 T=30fc
            BitwiseOr|2|T T|T||18 T=30fc
            BitwiseXor|2|T T|T||18 T=30fc
            BlackmanWindow|1|T1|T2|output_datatype:int periodic:int|17 T1=c0 T2=13cfe
            Cast|1|T1|T2|to:int!|6 T1=3efe T2=3efe;9 T1=3ffe T2=3ffe;13 T1=13ffe T2=13ffe
            Cast|1|T1|T2|saturate:int to:int!|19 T1=13ffe T2=13ffe
            Cast|1|T1|T2|round_mode:string saturate:int to:int!|24 T1=13ffe T2=13ffe
            CastLike|2|T1 T2|T2||15 T1=13ffe T2=13ffe
            CastLike|2|T1 T2|T2|saturate:int|19 T1=13ffe T2=13ffe
            CastLike|2|T1 T2|T2|round_mode:string saturate:int|24 T1=13ffe T2=13ffe
            CausalConvWithState|2|T T T? T?|T T|activation:string|27 T=10402
            Ceil|1|T|T||6 T=c02;13 T=10c02
            Celu|1|T|T|alpha:float|12 T=2;28 T=10c02
            CenterCropPad|2|T Tind|T|axes:ints|18 T=1fffe Tind=c0
            Clip|1|T|T|max:float min:float|6 T=c02
            Clip|1|T T? T?|T||11 T=c02;12 T=3cfe;13 T=13cfe
            Col2Im|3|T #80 #80|T|dilations:ints pads:ints strides:ints|18 T=1fffe
            Concat|1|T*|T|axis:int!|4 T=fffe;13 T=1fffe
            Constant|0||T|value:tensor!|1 T=c02;9 T=fffe
            Constant|0||T|sparse_value:sparse_tensor value:tensor|11 T=fffe
            Constant|0||T|sparse_value:sparse_tensor value:tensor value_float:float value_floats:floats \
            value_int:int value_ints:ints value_string:string value_strings:strings|12 T=fffe;13 T=1fffe
            ConstantOfShape|1|T1|T2|value:tensor|9 T1=80 T2=3efe;20 T1=80 T2=13efe
            Conv|2|T T T?|T|auto_pad:string dilations:ints group:int kernel_shape:ints pads:ints strides:ints|1 \
            T=c02;22 T=10c02
            ConvInteger|2|T1 T2 T1? T2?|T3|auto_pad:string dilations:ints group:int kernel_shape:ints pads:ints \
            strides:ints|10 T1=c T2=c T3=40
            ConvTranspose|2|T T T?|T|auto_pad:string dilations:ints group:int kernel_shape:ints output_padding:ints \
            output_shape:ints pads:ints strides:ints|1 T=c02;22 T=10c02
            Cos|1|T|T||7 T=c02;22 T=10c02
            Cosh|1|T|T||9 T=c02;22 T=10c02
            CumProd|2|T T2|T|exclusive:int reverse:int|26 T2=c0 T=13cc2
            CumSum|2|T T2|T|exclusive:int reverse:int|11 T2=c0 T=38c2;14 T2=c0 T=13cc2
            DeformConv|3|T T T T? T?|T|dilations:ints group:int kernel_shape:ints offset_group:int pads:ints \
            strides:ints|19 T=c02;22 T=10c02
            DepthToSpace|1|T|T|blocksize:int!|1 T=fffe
            DepthToSpace|1|T|T|blocksize:int! mode:string|11 T=fffe;13 T=1fffe
            DequantizeLinear|2|T #2 T?|#2||10 T=4c
            DequantizeLinear|2|T #2 T?|#2|axis:int|13 T=4c
            DequantizeLinear|2|T1 T2 T1?|T2|axis:int|19 T1=4c T2=10402
            DequantizeLinear|2|T1 T2 T1?|T2|axis:int block_size:int|21 T1=7c T2=10402
            DequantizeLinear|2|T1 T2 T1?|T3|axis:int block_size:int output_dtype:int|23 T1=7c T2=10402 T3=10402
            Det|1|T|T||11 T=c02;22 T=10c02
            Div|2|T T|T||7 T=3cc2;13 T=13cc2;14 T=13cfe
            Dropout|1|T|T T?|ratio:float|7 T=c02
            Dropout|1|T|T T1?|ratio:float|10 T1=200 T=c02
            Dropout|1|T T1? T2?|T T2?|seed:int|12 T1=c02 T2=200 T=c02;13 T1=c02 T2=200 T=10c02;22 T1=10c02 T2=200 \
            T=10c02
            DynamicQuantizeLinear|1|T1|T2 #2 T2||11 T1=2 T2=4
            Einsum|1|T*|T|equation:string!|12 T=3cfe;28 T=13cfe
            Elu|1|T|T|alpha:float|6 T=c02;22 T=10c02
            Equal|2|T T|T1||7 T1=200 T=2c0;11 T1=200 T=3efe;13 T1=200 T=13efe;19 T1=200 T=13ffe
            Erf|1|T|T||9 T=3cfe;13 T=10c02
            Exp|1|T|T||6 T=c02;13 T=10c02
            Expand|2|T #80|T||8 T=fffe;13 T=1fffe
            EyeLike|1|T1|T2|dtype:int k:int|9 T1=3efe T2=3efe;22 T1=13efe T2=13efe
            Flatten|1|T|T|axis:int|1 T=c02;9 T=fffe;13 T=1fffe
            Floor|1|T|T||6 T=c02;13 T=10c02
            GRU|3|T T T T? T1? T?|T? T?|activation_alpha:floats activation_beta:floats activations:strings \
            clip:float direction:string hidden_size:int linear_before_reset:int|7 T1=40 T=c02
            GRU|3|T T T T? T1? T?|T? T?|activation_alpha:floats activation_beta:floats activations:strings \
            clip:float direction:string hidden_size:int layout:int linear_before_reset:int|14 T1=40 T=c02;22 T1=40 \
            T=10c02
            Gather|2|T Tind|T|axis:int|1 T=fffe Tind=c0;13 T=1fffe Tind=c0
            GatherElements|2|T Tind|T|axis:int|11 T=fffe Tind=c0;13 T=1fffe Tind=c0
            GatherND|2|T #80|T||11 T=fffe
            GatherND|2|T #80|T|batch_dims:int|12 T=fffe;13 T=1fffe
            Gelu|1|T|T|approximate:string|20 T=10c02
            Gemm|3|T T T|T|alpha:float beta:float transA:int transB:int|7 T=c02;9 T=3cc2
            Gemm|2|T T T?|T|alpha:float beta:float transA:int transB:int|11 T=3cc2;13 T=13cc2
            GlobalAveragePool|1|T|T||1 T=c02;22 T=10c02
            GlobalLpPool|1|T|T|p:int|2 T=c02;22 T=10c02
            GlobalMaxPool|1|T|T||1 T=c02;22 T=10c02
            Greater|2|T T|T1||7 T1=200 T=c02;9 T1=200 T=3cfe;13 T1=200 T=13cfe
            GreaterOrEqual|2|T T|T1||12 T1=200 T=3cfe;16 T1=200 T=13cfe
            GridSample|2|T1 T2|T1|align_corners:int mode:string padding_mode:string|16 T1=fffe T2=c02;22 T1=1fffe \
            T2=10c02
            GroupNormalization|-||||18 T=10c02
            GroupNormalization|3|T T T|T|epsilon:float num_groups:int! stash_type:int|21 T=10c02
            HammingWindow|1|T1|T2|output_datatype:int periodic:int|17 T1=c0 T2=13cfe
            HannWindow|1|T1|T2|output_datatype:int periodic:int|17 T1=c0 T2=13cfe
            HardSigmoid|1|T|T|alpha:float beta:float|6 T=c02;22 T=10c02
            HardSwish|1|T|T||14 T=c02;22 T=10c02
            Hardmax|1|T|T|axis:int|1 T=c02;13 T=10c02
            Identity|1|T|T||1 T=fffe;13 T=1fffe
            Identity|1|V|V||14 V=1ffff
            If|1|B|V~|else_branch:graph! then_branch:graph!|1 B=200 V=fffe;13 B=200 V=ffff;16 B=200 V=1ffff
            InstanceNormalization|3|T T T|T|epsilon:float|6 T=c02;22 T=10c02
            IsInf|1|T1|T2|detect_negative:int detect_positive:int|10 T1=802 T2=200;20 T1=10c02 T2=200
            IsNaN|1|T1|T2||9 T1=c02 T2=200;13 T1=10c02 T2=200
            LRN|1|T|T|alpha:float beta:float bias:float size:int!|1 T=c02;13 T=10c02
            LSTM|3|T T T T? T1? T? T? T?|T? T? T?|activation_alpha:floats activation_beta:floats activations:strings \
            clip:float direction:string hidden_size:int input_forget:int|7 T1=40 T=c02
            LSTM|3|T T T T? T1? T? T? T?|T? T? T?|activation_alpha:floats activation_beta:floats activations:strings \
            clip:float direction:string hidden_size:int input_forget:int layout:int|14 T1=40 T=c02;22 T1=40 T=10c02
            LayerNormalization|2|T T T?|T U? U?|axis:int epsilon:float stash_type:int|17 T=10c02 U=10002
            LeakyRelu|1|T|T|alpha:float|6 T=c02;16 T=10c02
            Less|2|T T|T1||7 T1=200 T=c02;9 T1=200 T=3cfe;13 T1=200 T=13cfe
            LessOrEqual|2|T T|T1||12 T1=200 T=3cfe;16 T1=200 T=13cfe
            LinearAttention|3|T T T S? T? T?|T S|chunk_size:int kv_num_heads:int! q_num_heads:int! scale:float \
            update_rule:string|27 S=10402 T=10402
            Log|1|T|T||6 T=c02;13 T=10c02
            LogSoftmax|1|T|T|axis:int|1 T=c02;13 T=10c02
            Loop|3|I? B? V~|V~|body:graph!|1 B=200 I=80 V=fffe
            Loop|2|I? B? V~|V~|body:graph!|11 B=200 I=80 V=fffe;13 B=200 I=80 V=ffff;16 B=200 I=80 V=1ffff
            LpNormalization|1|T|T|axis:int p:int|1 T=c02;22 T=10c02
            LpPool|1|T|T|auto_pad:string kernel_shape:ints! p:int pads:ints strides:ints|2 T=c02
            LpPool|1|T|T|auto_pad:string ceil_mode:int dilations:ints kernel_shape:ints! p:int pads:ints \
            strides:ints|18 T=c02;22 T=10c02
            MatMul|2|T T|T||1 T=c02;9 T=3cc2;13 T=13cc2
            MatMulInteger|2|T1 T2 T1? T2?|T3||10 T1=c T2=c T3=40
            Max|1|T*|T||6 T=c02;12 T=3cfe;13 T=13cfe
            MaxPool|1|T|T|auto_pad:string kernel_shape:ints! pads:ints strides:ints|1 T=c02
            MaxPool|1|T|T I?|auto_pad:string kernel_shape:ints! pads:ints storage_order:int strides:ints|8 I=80 \
            T=c02
            MaxPool|1|T|T I?|auto_pad:string ceil_mode:int dilations:ints kernel_shape:ints! pads:ints \
            storage_order:int strides:ints|10 I=80 T=c02;12 I=80 T=c0e;22 I=80 T=10c0e
            MaxRoiPool|2|T T|T|pooled_shape:ints! spatial_scale:float|1 T=c02;22 T=10c02
            MaxUnpool|2|T1 T2 T2?|T1|kernel_shape:ints! pads:ints strides:ints|9 T1=c02 T2=80;22 T1=10c02 T2=80
            Mean|1|T*|T||6 T=c02;13 T=10c02
            MeanVarianceNormalization|1|T|T|axes:ints|9 T=c02;13 T=10c02
            Min|1|T*|T||6 T=c02;12 T=3cfe;13 T=13cfe
            Mish|1|T|T||18 T=c02;22 T=10c02
            Mod|2|T T|T|fmod:int|10 T=3cfe;13 T=13cfe
            Mul|2|T T|T||7 T=3cc2;13 T=13cc2;14 T=13cfe
            Neg|1|T|T||6 T=cea;13 T=10cea
            NegativeLogLikelihoodLoss|2|T Tind T?|T|ignore_index:int reduction:string|12 T=c02 Tind=c0;22 T=10c02 \
            Tind=c0
            Not|1|T|T||1 T=200
            OneHot|3|T1 T2 T3|T3|axis:int|9 T1=3cfe T2=3cfe T3=fffe;28 T1=3cfe T2=3cfe T3=1fffe
            Or|2|T T|T1||7 T1=200 T=200
            PRelu|2|T T|T||7 T=c02;9 T=3cc2;16 T=13cc2
            Pad|1|T|T|mode:string pads:ints! value:float|2 T=c02
            Pad|2|T #80 T?|T|mode:string|11 T=3cfe;13 T=1fffe
            Pad|2|T #80 T? Tind?|T|mode:string|18 T=1fffe Tind=c0
            Pow|2|T T|T||7 T=c02
            Pow|2|T T1|T||12 T1=3cfe T=cc2;13 T1=3cfe T=10cc2;15 T1=13cfe T=10cc2
            QLinearConv|8|T1 #2 T1 T2 #2 T2 #2 T3 T4?|T3|auto_pad:string dilations:ints group:int kernel_shape:ints \
            pads:ints strides:ints|10 T1=c T2=c T3=c T4=40
            QLinearMatMul|8|T1 #2 T1 T2 #2 T2 #2 T3|T3||10 T1=c T2=c T3=c
            QLinearMatMul|8|T1 TS T1 T2 TS T2 TS T3|T3||21 T1=c T2=c T3=c TS=10402
            QuantizeLinear|2|T1 #2 T2?|T2||10 T1=42 T2=c
            QuantizeLinear|2|T1 #2 T2?|T2|axis:int|13 T1=42 T2=c
            QuantizeLinear|2|T1 T1 T2?|T2|axis:int saturate:int|19 T1=10442 T2=c
            QuantizeLinear|2|T1 T1 T2?|T2|axis:int block_size:int output_dtype:int saturate:int|21 T1=10442 T2=3c
            QuantizeLinear|2|T1 T2 T3?|T3|axis:int block_size:int output_dtype:int precision:int saturate:int|23 \
            T1=10442 T2=10442 T3=3c
            RMSNormalization|2|T V|V|axis:int epsilon:float stash_type:int|23 T=10c02 V=10c02
            RNN|3|T T T T? T1? T?|T? T?|activation_alpha:floats activation_beta:floats activations:strings \
            clip:float direction:string hidden_size:int|7 T1=40 T=c02
            RNN|3|T T T T? T1? T?|T? T?|activation_alpha:floats activation_beta:floats activations:strings \
            clip:float direction:string hidden_size:int layout:int|14 T1=40 T=c02;22 T1=40 T=10c02
            Range|3|T T T|T||11 T=8e2
            Range|3|T T T|T|stash_type:int|27 T=10ce2
            Reciprocal|1|T|T||6 T=c02;13 T=10c02
            ReduceL1|1|T|T|axes:ints keepdims:int|1 T=3cc2;13 T=13cc2
            ReduceL1|1|T #80?|T|keepdims:int noop_with_empty_axes:int|18 T=13cc2
            ReduceL2|1|T|T|axes:ints keepdims:int|1 T=3cc2;13 T=13cc2
            ReduceL2|1|T #80?|T|keepdims:int noop_with_empty_axes:int|18 T=13cc2
            ReduceLogSum|1|T|T|axes:ints keepdims:int|1 T=3cc2;13 T=13cc2
            ReduceLogSum|1|T #80?|T|keepdims:int noop_with_empty_axes:int|18 T=13cc2;28 T=10c02
            ReduceLogSumExp|1|T|T|axes:ints keepdims:int|1 T=3cc2;13 T=13cc2
            ReduceLogSumExp|1|T #80?|T|keepdims:int noop_with_empty_axes:int|18 T=13cc2;28 T=10c02
            ReduceMax|1|T|T|axes:ints keepdims:int|1 T=3cc2;12 T=3cce;13 T=13cce
            ReduceMax|1|T #80?|T|keepdims:int noop_with_empty_axes:int|18 T=13cce;20 T=13ece
            ReduceMean|1|T|T|axes:ints keepdims:int|1 T=3cc2;13 T=13cc2
            ReduceMean|1|T #80?|T|keepdims:int noop_with_empty_axes:int|18 T=13cc2
            ReduceMin|1|T|T|axes:ints keepdims:int|1 T=3cc2;12 T=3cce;13 T=13cce
            ReduceMin|1|T #80?|T|keepdims:int noop_with_empty_axes:int|18 T=13cce;20 T=13ece
            ReduceProd|1|T|T|axes:ints keepdims:int|1 T=3cc2;13 T=13cc2
            ReduceProd|1|T #80?|T|keepdims:int noop_with_empty_axes:int|18 T=13cc2
            ReduceSum|1|T|T|axes:ints keepdims:int|1 T=3cc2
            ReduceSum|1|T #80?|T|keepdims:int noop_with_empty_axes:int|13 T=13cc2
            ReduceSumSquare|1|T|T|axes:ints keepdims:int|1 T=3cc2;13 T=13cc2
            ReduceSumSquare|1|T #80?|T|keepdims:int noop_with_empty_axes:int|18 T=13cc2
            Relu|1|T|T||6 T=c02;13 T=10c02;14 T=10cea
            Reshape|2|T #80|T||5 T=fffe;13 T=1fffe
            Reshape|2|T #80|T|allowzero:int|14 T=1fffe
            Resize|2|T #2|T|mode:string|10 T=fffe
            Resize|3|T1 T2 #2 #80?|T1|coordinate_transformation_mode:string cubic_coeff_a:float exclude_outside:int \
            extrapolation_value:float mode:string nearest_mode:string|11 T1=fffe T2=c02
            Resize|1|T1 T2? #2? #80?|T1|coordinate_transformation_mode:string cubic_coeff_a:float \
            exclude_outside:int extrapolation_value:float mode:string nearest_mode:string|13 T1=1fffe T2=c02
            Resize|1|T1 T2? #2? #80?|T1|antialias:int axes:ints coordinate_transformation_mode:string \
            cubic_coeff_a:float exclude_outside:int extrapolation_value:float keep_aspect_ratio_policy:string \
            mode:string nearest_mode:string|18 T1=1fffe T2=c02
            ReverseSequence|2|T #80|T|batch_axis:int time_axis:int|10 T=fffe;28 T=1fffe
            RoiAlign|3|T1 T1 T2|T1|mode:string output_height:int output_width:int sampling_ratio:int \
            spatial_scale:float|10 T1=c02 T2=80
            RoiAlign|3|T1 T1 T2|T1|coordinate_transformation_mode:string mode:string output_height:int \
            output_width:int sampling_ratio:int spatial_scale:float|16 T1=c02 T2=80;22 T1=10c02 T2=80
            RotaryEmbedding|3|T T T M?|T|interleaved:int num_heads:int rotary_embedding_dim:int|23 M=80 T=10402
            Round|1|T|T||11 T=c02;22 T=10c02
            Scan|2|I? V~|V~|body:graph! directions:ints num_scan_inputs:int!|8 I=80 V=fffe
            Scan|1|V~|V~|body:graph! num_scan_inputs:int! scan_input_axes:ints scan_input_directions:ints \
            scan_output_axes:ints scan_output_directions:ints|9 V=fffe;16 V=1fffe
            Scatter|3|T Tind T|T|axis:int|9 T=fffe Tind=c0
            Scatter|-||||11 T=fffe Tind=c0
            ScatterElements|3|T Tind T|T|axis:int|11 T=fffe Tind=c0;13 T=1fffe Tind=c0
            ScatterElements|3|T Tind T|T|axis:int reduction:string|16 T=1fffe Tind=c0
            ScatterND|3|T #80 T|T||11 T=fffe;13 T=1fffe
            ScatterND|3|T #80 T|T|reduction:string|16 T=1fffe
            Selu|1|T|T|alpha:float gamma:float|6 T=c02;22 T=10c02
            Shape|1|T|T1||1 T1=80 T=fffe;13 T1=80 T=1fffe
            Shape|1|T|T1|end:int start:int|15 T1=80 T=1fffe
            Shrink|1|T|T|bias:float lambd:float|9 T=3cfe
            Sigmoid|1|T|T||6 T=c02;13 T=10c02
            Sign|1|T|T||9 T=3cfe;13 T=13cfe
            Sin|1|T|T||7 T=c02;22 T=10c02
            Sinh|1|T|T||9 T=c02;22 T=10c02
            Size|1|T|T1||1 T1=80 T=fffe;13 T1=80 T=1fffe
            Slice|1|T|T|axes:ints ends:ints! starts:ints!|1 T=fffe
            Slice|3|T Tind Tind Tind? Tind?|T||10 T=fffe Tind=c0;13 T=1fffe Tind=c0
            Softmax|1|T|T|axis:int|1 T=c02;13 T=10c02
            SoftmaxCrossEntropyLoss|2|T Tind T?|T T?|ignore_index:int reduction:string|12 T=c02 Tind=c0;13 T=10c02 \
            Tind=c0
            Softplus|1|T|T||1 T=c02;22 T=10c02
            Softsign|1|T|T||1 T=c02;22 T=10c02
            SpaceToDepth|1|T|T|blocksize:int!|1 T=fffe;13 T=1fffe
            SpaceToDepth|1|T|T|blocksize:int! mode:string|28 T=1fffe
            Split|1|T|T*|axis:int split:ints|2 T=fffe
            Split|1|T #80?|T*|axis:int|13 T=1fffe
            Split|1|T #80?|T*|axis:int num_outputs:int|18 T=1fffe
            Sqrt|1|T|T||6 T=c02;13 T=10c02
            Squeeze|1|T|T|axes:ints|1 T=fffe
            Squeeze|1|T #80?|T||13 T=1fffe
            Sub|2|T T|T||7 T=3cc2;13 T=13cc2;14 T=13cfe
            Sum|1|T*|T||6 T=c02;13 T=10c02
            SwiGLU|2|T T|T|alpha:float|28 T=10c02
            Swish|1|T|T|alpha:float|24 T=10c02
            Tan|1|T|T||7 T=c02;22 T=10c02
            Tanh|1|T|T||6 T=c02;13 T=10c02
            TensorScatter|2|T T #80?|T|axis:int mode:string|24 T=1fffe
            ThresholdedRelu|1|T|T|alpha:float|10 T=c02;22 T=10c02
            Tile|2|T T1|T||6 T1=80 T=fffe;13 T1=80 T=1fffe
            TopK|1|T|T I|axis:int k:int!|1 I=80 T=c02
            TopK|2|T #80|T I|axis:int|10 I=80 T=c02
            TopK|2|T #80|T I|axis:int largest:int sorted:int|11 I=80 T=3cfe;24 I=80 T=13cfe
            Transpose|1|T|T|perm:ints|1 T=fffe;13 T=1fffe
            Trilu|1|T #80?|T|upper:int|14 T=1fffe
            Unsqueeze|1|T|T|axes:ints!|1 T=fffe
            Unsqueeze|2|T #80|T||13 T=1fffe
            Upsample|1|T|T|mode:string scales:floats!|7 T=fffe
            Upsample|2|T #2|T|mode:string|9 T=fffe
            Upsample|-||||10 T=fffe
            Where|3|B T T|T||9 B=200 T=fffe;16 B=200 T=1fffe
            Xor|2|T T|T1||7 T1=200 T=200
            """;

    private OnnxOperatorTable() {}
}
