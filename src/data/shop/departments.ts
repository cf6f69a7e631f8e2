// The vocabulary of the synthetic shop. Products of a topic stand in the order in which people buy them: the thing
// first, then what goes with it. Prices are middle-class dollars before the brand's tier.

export interface Topic {
  readonly name: string;
  /** Who buys here, as a plural noun. */
  readonly people: string;
  /** What they do, as a gerund phrase. */
  readonly activity: string;
  readonly products: readonly (readonly [name: string, price: number, feature: string])[];
}

export interface Department {
  readonly name: string;
  /** From budget to premium. */
  readonly brands: readonly string[];
  readonly topics: readonly Topic[];
}

export const DEPARTMENTS: readonly Department[] = [
  {
    name: "Running",
    brands: ["Pacer", "Hillmark", "Stridewell", "Altara"],
    topics: [
      {
        name: "Trail Running",
        people: "trail runners",
        activity: "running on rocky forest trails",
        products: [
          ["Trail Running Shoes", 95, "deep grippy lugs"],
          ["Merino Running Socks", 16, "blister-free seams"],
          ["Hydration Vest", 85, "a snug bounce-free fit"],
          ["Soft Flask", 18, "a bite valve that never leaks"],
          ["Running Gaiters", 24, "a hook that keeps stones out"],
          ["Headlamp", 48, "a wide beam for night runs"],
        ],
      },
      {
        name: "Road Running",
        people: "road runners",
        activity: "training for city marathons",
        products: [
          ["Cushioned Road Shoes", 110, "responsive foam"],
          ["Lightweight Running Cap", 22, "a sweat-wicking band"],
          ["Split Shorts", 35, "a barely-there weight"],
          ["Energy Gel Box", 28, "caffeine for the last miles"],
          ["Race Number Belt", 12, "clips that spare the shirt"],
          ["Foam Roller", 30, "a firm textured surface"],
        ],
      },
      {
        name: "Triathlon",
        people: "triathletes",
        activity: "swimming, cycling and running in one race",
        products: [
          ["Triathlon Suit", 120, "aerodynamic seams"],
          ["Swim Goggles", 26, "an anti-fog coating"],
          ["Open Water Buoy", 34, "a bright visible colour"],
          ["Bike Bottle Cage", 15, "a light secure hold"],
          ["Elastic Laces", 9, "a quick lock for fast transitions"],
          ["Transition Bag", 58, "a place for every bit of gear"],
        ],
      },
    ],
  },
  {
    name: "Camping",
    brands: ["Campfolk", "Greenridge", "Northpine", "Summit & Sons"],
    topics: [
      {
        name: "Backpacking",
        people: "backpackers",
        activity: "walking for days with everything on the back",
        products: [
          ["Ultralight Tent", 240, "ripstop nylon"],
          ["Down Sleeping Bag", 180, "a tiny pack size"],
          ["Inflatable Sleeping Pad", 75, "insulation down to freezing"],
          ["Titanium Cook Pot", 42, "folding handles"],
          ["Water Filter", 38, "a fast flow from any stream"],
          ["Dry Bag Set", 26, "weatherproof seams"],
        ],
      },
      {
        name: "Family Camping",
        people: "family campers",
        activity: "weekends at the camp site with children",
        products: [
          ["Six-Person Tent", 290, "plenty of headroom"],
          ["Camping Stove", 65, "two windproof burners"],
          ["Folding Camp Chair", 34, "sturdy steel joints"],
          ["Camp Table", 55, "a surface that wipes clean"],
          ["LED Lantern", 29, "a warm dimmable light"],
          ["Picnic Cooler", 48, "ice that lasts all weekend"],
        ],
      },
      {
        name: "Climbing",
        people: "climbers",
        activity: "climbing rock and plastic",
        products: [
          ["Climbing Shoes", 105, "sticky rubber"],
          ["Chalk Bag", 20, "a stiff rim and fleece lining"],
          ["Climbing Harness", 70, "padded leg loops"],
          ["Belay Device", 32, "smooth assisted braking"],
          ["Dynamic Rope", 160, "a dry treatment"],
          ["Finger Tape", 7, "glue that holds in heat"],
        ],
      },
    ],
  },
  {
    name: "Coffee & Tea",
    brands: ["Morning Cup", "Bean Street", "Kettle Row", "Casa Moretti"],
    topics: [
      {
        name: "Pour-Over Coffee",
        people: "home baristas",
        activity: "brewing filter coffee by hand",
        products: [
          ["Pour-Over Dripper", 28, "ribs for a slow even bloom"],
          ["Paper Coffee Filters", 9, "a clean bright cup"],
          ["Gooseneck Kettle", 69, "a precise spout"],
          ["Hand Coffee Grinder", 84, "ceramic burrs"],
          ["Coffee Scale", 38, "a built-in brew timer"],
          ["Single-Origin Coffee Beans", 17, "notes of peach and jasmine"],
        ],
      },
      {
        name: "Espresso",
        people: "espresso lovers",
        activity: "pulling espresso shots at home",
        products: [
          ["Espresso Machine", 390, "stable pressure"],
          ["Burr Grinder", 190, "forty steps from fine to coarse"],
          ["Coffee Tamper", 25, "a weighty feel"],
          ["Milk Frothing Pitcher", 22, "a spout for latte art"],
          ["Dark Roast Espresso Beans", 19, "a thick crema"],
          ["Descaling Powder", 11, "citric acid that rinses clean"],
        ],
      },
      {
        name: "Loose-Leaf Tea",
        people: "tea drinkers",
        activity: "steeping loose leaves slowly",
        products: [
          ["Glass Teapot", 32, "heat-proof glass"],
          ["Fine Tea Strainer", 12, "a very fine mesh"],
          ["Sencha Green Tea", 18, "a fresh grassy aroma"],
          ["First Flush Darjeeling", 21, "a floral muscatel note"],
          ["Matcha Whisk Set", 29, "a hundred bamboo tines"],
          ["Tea Storage Tin", 14, "an airtight lid"],
        ],
      },
    ],
  },
  {
    name: "Skincare",
    brands: ["Plainly", "Dewdrop", "Botanique", "Maison Clair"],
    topics: [
      {
        name: "Sensitive Skin",
        people: "people with sensitive skin",
        activity: "caring for dry, easily irritated skin",
        products: [
          ["Oat Cleansing Milk", 14, "soothing oat extract"],
          ["Fragrance-Free Moisturiser", 22, "no perfume at all"],
          ["Ceramide Cream", 29, "long-lasting moisture"],
          ["Calming Face Mist", 17, "cooling thermal water"],
          ["Mineral Sunscreen", 24, "zinc oxide and no white cast"],
          ["Lip Balm", 6, "beeswax and shea butter"],
        ],
      },
      {
        name: "Anti-Ageing",
        people: "anti-ageing skincare fans",
        activity: "smoothing fine lines overnight",
        products: [
          ["Retinol Night Serum", 46, "encapsulated retinol"],
          ["Peptide Eye Cream", 38, "a firming effect"],
          ["Vitamin C Serum", 42, "a bright even tone"],
          ["Collagen Sheet Masks", 19, "a plumping gel"],
          ["Facial Massage Roller", 23, "cool rose quartz"],
          ["Silk Pillowcase", 49, "a smooth mulberry weave"],
        ],
      },
      {
        name: "Men's Grooming",
        people: "bearded men",
        activity: "keeping beard and skin tidy",
        products: [
          ["Safety Razor", 36, "a close clean shave"],
          ["Razor Blades", 10, "a platinum edge"],
          ["Shaving Brush", 28, "soft natural bristles"],
          ["Beard Oil", 19, "a cedar scent"],
          ["Aftershave Balm", 21, "menthol and aloe"],
          ["Beard Trimmer", 59, "twenty length settings"],
        ],
      },
    ],
  },
  {
    name: "Gaming",
    brands: ["PixelBox", "Volt", "Nightowl", "Apex Forge"],
    topics: [
      {
        name: "PC Gaming",
        people: "PC gamers",
        activity: "playing shooters at high frame rates",
        products: [
          ["Mechanical Keyboard", 99, "hot-swappable switches"],
          ["Gaming Mouse", 59, "a low-latency sensor"],
          ["Extended Mouse Pad", 24, "stitched edges"],
          ["Surround Headset", 89, "clear positional sound"],
          ["Streaming Microphone", 110, "a tap-to-mute button"],
          ["Monitor Light Bar", 49, "light without screen glare"],
        ],
      },
      {
        name: "Retro Gaming",
        people: "retro gamers",
        activity: "replaying the classics of the nineties",
        products: [
          ["Handheld Retro Console", 79, "a bright small screen"],
          ["Wireless Retro Controller", 32, "clicky buttons"],
          ["Console Carry Case", 18, "a hard shell"],
          ["Memory Card Pack", 21, "room for every save"],
          ["Arcade Stick", 95, "authentic arcade parts"],
          ["Pixel Art Poster", 15, "thick matte paper"],
        ],
      },
      {
        name: "Board Games",
        people: "board gamers",
        activity: "long evenings around the table",
        products: [
          ["Strategy Board Game", 52, "wooden pieces"],
          ["Game Expansion", 31, "new factions and maps"],
          ["Card Sleeves", 8, "a clear matte finish"],
          ["Dice Set", 14, "sharp engraved numbers"],
          ["Dice Tray", 23, "quiet velvet lining"],
          ["Cooperative Card Game", 19, "clever rules and no losers"],
        ],
      },
    ],
  },
  {
    name: "Baby & Toddler",
    brands: ["Tiny Steps", "Cuddle Co", "Little Oak", "Nordlys"],
    topics: [
      {
        name: "Baby Sleep",
        people: "new parents",
        activity: "getting a baby to sleep through the night",
        products: [
          ["Swaddle Blanket", 26, "breathable muslin"],
          ["White Noise Machine", 39, "gentle ocean sounds"],
          ["Night Light", 22, "a soft warm glow"],
          ["Baby Monitor", 98, "clear night vision"],
          ["Blackout Travel Blind", 33, "suction cups for any window"],
          ["Organic Sleep Sack", 44, "certified organic cotton"],
        ],
      },
      {
        name: "Strollers & Carriers",
        people: "parents on the move",
        activity: "going everywhere with a small child",
        products: [
          ["Jogging Stroller", 320, "all-terrain wheels"],
          ["Stroller Organiser", 25, "two insulated cup holders"],
          ["Baby Carrier", 115, "lumbar support"],
          ["Rain Cover", 29, "a clear view and vents"],
          ["Diaper Backpack", 64, "a washable changing mat"],
          ["Snack Cup", 9, "a lid that little hands pass"],
        ],
      },
      {
        name: "Wooden Toys",
        people: "Montessori families",
        activity: "letting toddlers learn by playing",
        products: [
          ["Wooden Building Blocks", 34, "smooth beech wood"],
          ["Stacking Rings", 18, "water-based paint"],
          ["Shape Sorter", 24, "rounded corners"],
          ["Wooden Train Set", 49, "magnetic couplings"],
          ["Balance Board", 79, "endless open-ended play"],
          ["Toy Storage Basket", 31, "soft cotton handles"],
        ],
      },
    ],
  },
  {
    name: "Home Garden",
    brands: ["Sprout", "Gardenkin", "Fernwood", "Orangerie"],
    topics: [
      {
        name: "Indoor Plants",
        people: "plant collectors",
        activity: "growing a jungle in the living room",
        products: [
          ["Ceramic Plant Pot", 27, "good drainage"],
          ["Potting Soil", 13, "peat-free compost"],
          ["Long-Spout Watering Can", 25, "a drip-free spout"],
          ["Grow Light", 46, "full-spectrum light"],
          ["Moisture Meter", 14, "a reading in seconds"],
          ["Leaf Shine Spray", 10, "plant oils only"],
        ],
      },
      {
        name: "Vegetable Gardening",
        people: "kitchen gardeners",
        activity: "growing tomatoes and herbs",
        products: [
          ["Raised Garden Bed", 89, "untreated larch"],
          ["Heirloom Tomato Seeds", 5, "old sweet varieties"],
          ["Hand Trowel", 15, "forged steel"],
          ["Organic Fertiliser", 18, "slow-release nutrients"],
          ["Garden Gloves", 12, "a comfortable grip"],
          ["Compost Bin", 72, "good ventilation"],
        ],
      },
      {
        name: "Wild Birds",
        people: "bird watchers",
        activity: "watching birds from the window",
        products: [
          ["Hanging Bird Feeder", 26, "a squirrel-proof design"],
          ["Sunflower Hearts", 16, "no husks and no mess"],
          ["Nest Box", 29, "weather-resistant cedar"],
          ["Compact Binoculars", 119, "sharp bright optics"],
          ["Bird Field Guide", 22, "paintings of every plumage"],
          ["Bird Bath", 45, "a shallow non-slip bowl"],
        ],
      },
    ],
  },
  {
    name: "Music",
    brands: ["Firsttone", "Riverside Audio", "Harmon Lane", "Velvet Circuit"],
    topics: [
      {
        name: "Guitar",
        people: "guitar players",
        activity: "playing guitar after work",
        products: [
          ["Acoustic Guitar", 260, "a solid spruce top"],
          ["Guitar Strings", 11, "phosphor bronze winding"],
          ["Clip-On Tuner", 17, "a display readable on stage"],
          ["Guitar Capo", 15, "quick one-hand control"],
          ["Padded Guitar Bag", 48, "thick foam and straps"],
          ["Practice Amplifier", 105, "a warm full tone"],
        ],
      },
      {
        name: "Vinyl Records",
        people: "vinyl collectors",
        activity: "listening to records from start to end",
        products: [
          ["Belt-Drive Turntable", 230, "a low-resonance deck"],
          ["Record Cleaning Brush", 16, "antistatic fibres"],
          ["Replacement Stylus", 45, "an elliptical diamond"],
          ["Bookshelf Speakers", 190, "a wide soundstage"],
          ["Record Storage Crate", 38, "solid walnut"],
          ["Outer Record Sleeves", 13, "crystal-clear film"],
        ],
      },
      {
        name: "Home Studio",
        people: "bedroom producers",
        activity: "recording and mixing at home",
        products: [
          ["USB Audio Interface", 140, "two clean preamps"],
          ["Condenser Microphone", 120, "a flat response"],
          ["Pop Filter", 14, "a double mesh"],
          ["Studio Headphones", 99, "closed velour cups"],
          ["MIDI Keyboard", 115, "velocity-sensitive keys"],
          ["Acoustic Foam Panels", 42, "deep sound-absorbing wedges"],
        ],
      },
    ],
  },
];

/** Product lines, so that two products of one kind and brand have different names. */
export const PRODUCT_LINES = [
  "Ridge",
  "Nova",
  "Classic",
  "Aero",
  "Terra",
  "Pure",
  "Swift",
  "Harbor",
  "Echo",
  "Juniper",
  "Atlas",
  "Lumen",
] as const;

/** Tier words by brand position, budget first. */
export const TIERS = [
  { factor: 0.7, phrase: "An honest budget choice" },
  { factor: 0.95, phrase: "Good value for everyday use" },
  { factor: 1.25, phrase: "Built to last for years" },
  { factor: 1.8, phrase: "A premium pick for enthusiasts" },
] as const;

export const FIRST_NAMES = [
  "alma",
  "anton",
  "bea",
  "boris",
  "carla",
  "chen",
  "dana",
  "david",
  "elif",
  "emil",
  "fatou",
  "finn",
  "gita",
  "hugo",
  "ines",
  "ivan",
  "jana",
  "jonas",
  "kaya",
  "kofi",
  "lena",
  "luis",
  "mara",
  "milo",
  "nadia",
  "noah",
  "olga",
  "omar",
  "petra",
  "quinn",
  "rosa",
  "sami",
  "tara",
  "theo",
  "uma",
  "victor",
  "wanda",
  "yuki",
  "zara",
  "zeno",
] as const;
