package dev.molstream.dataset;

import java.util.List;

/** The genres of the generated films, with the words their titles are made of. */
enum Genre {
  ACTION("Action", "Burning Last Double Hard Iron", "Strike Bullet Convoy Vengeance Outpost"),
  ADVENTURE(
      "Adventure", "Lost Golden Distant Forgotten High", "Expedition River Island Compass Jungle"),
  ANIMATION("Animation", "Tiny Flying Clever Purple Sleepy", "Hedgehog Robot Penguin Lantern Kite"),
  COMEDY(
      "Comedy",
      "Awkward Borrowed Perfect Lucky Second",
      "Wedding Neighbours Weekend Uncle Reunion"),
  CRIME("Crime", "Crooked Honest Marked Cold Dirty", "Heist Alibi Ledger Informant Docks"),
  DOCUMENTARY(
      "Documentary",
      "Secret Vanishing Untold Living Deep",
      "Glacier Orchestra Harvest Archive Reef"),
  DRAMA("Drama", "Quiet Broken Long Winter Fading", "Letters House Daughters Promise Orchard"),
  FAMILY("Family", "Brave Little Runaway Magic Happy", "Pony Treehouse Holiday Puppy Circus"),
  FANTASY(
      "Fantasy", "Enchanted Silver Hidden Eternal Shattered", "Dragon Kingdom Oracle Throne Spell"),
  HORROR(
      "Horror",
      "Whispering Hollow Crawling Midnight Rotten",
      "Cellar Asylum Scarecrow Graveyard Mirror"),
  MYSTERY("Mystery", "Missing Locked Seventh Velvet Silent", "Guest Portrait Corridor Witness Key"),
  ROMANCE("Romance", "Tender Summer Stolen First Moonlit", "Kiss Summertime Waltz Hearts Garden"),
  SCIENCE_FICTION(
      "Science Fiction",
      "Quantum Orbital Infinite Stellar Frozen",
      "Colony Signal Android Horizon Nebula"),
  THRILLER(
      "Thriller", "Fatal Blind Final Deadly Shifting", "Countdown Hostage Pursuit Cipher Motive"),
  WAR(
      "War",
      "Fallen Forward Scarlet Distant Proud",
      "Regiment Trenches Bridgehead Armistice Squadron"),
  WESTERN(
      "Western", "Dusty Lonesome Wild Six-Gun Prairie", "Marshal Saloon Canyon Stagecoach Outlaw");

  final String title;
  final List<String> adjectives;
  final List<String> nouns;

  Genre(String title, String adjectives, String nouns) {
    this.title = title;
    this.adjectives = List.of(adjectives.split(" "));
    this.nouns = List.of(nouns.split(" "));
  }
}
